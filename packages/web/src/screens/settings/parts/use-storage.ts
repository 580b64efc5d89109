import { useEffect, useState } from 'react';

/** What the browser says of the place it gives this app. Bytes; what it does not say is absent. */
export interface StorageView {
  readonly used?: number;
  readonly free?: number;
  /** Whether it is kept when space gets short. */
  readonly persisted?: boolean;
}

/** The place that this app has in the browser. `persist` asks for it to be kept; `refused` tells that it was in vain. */
export function useStorage(): StorageView & { readonly refused: boolean; readonly persist: () => void } {
  const [view, setView] = useState<StorageView>({});
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    let late = false;
    const show = async (): Promise<void> => {
      const next = await look();
      if (!late) setView(next);
    };
    void show();
    return () => {
      late = true;
    };
  }, []);
  const ask = async (): Promise<void> => {
    setRefused(!(await navigator.storage.persist()));
    setView(await look());
  };
  return { ...view, refused, persist: () => void ask() };
}

async function look(): Promise<StorageView> {
  try {
    const [{ usage, quota }, persisted] = await Promise.all([
      navigator.storage.estimate(),
      navigator.storage.persisted(),
    ]);
    return {
      persisted,
      ...(usage !== undefined && { used: usage }),
      ...(usage !== undefined && quota !== undefined && { free: Math.max(0, quota - usage) }),
    };
  } catch {
    return {};
  }
}
