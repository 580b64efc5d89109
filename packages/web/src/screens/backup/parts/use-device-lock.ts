import { useEffect, useEffectEvent, useState } from 'react';
import { hasDeviceLock } from '../../../passkey/support.ts';

/** Whether this device has a lock that can be asked. @param onNone called once when it has none */
export function useDeviceLock(onNone: () => void): boolean {
  const [has, setHas] = useState(false);
  const none = useEffectEvent(onNone);
  useEffect(() => {
    let left = false;
    const found = (lock: boolean): void => {
      if (left) return;
      setHas(lock);
      if (!lock) none();
    };
    hasDeviceLock().then(found, () => found(false));
    return () => {
      left = true;
    };
  }, []);
  return has;
}
