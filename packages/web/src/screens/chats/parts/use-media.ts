import { useEffect, useState } from 'react';
import type { MediaView } from '../../../engine/contract.ts';
import { useEngine } from '../../../shell/engine.ts';

/** A media file as the page can show it: its address, empty when it cannot be read. Absent while it is being read. */
export type MediaAddress = string | undefined;

/** Reads a media file for as long as it is shown. */
export function useMedia({ path, missing }: MediaView): MediaAddress {
  const engine = useEngine();
  const [address, setAddress] = useState<MediaAddress>();
  useEffect(() => {
    if (missing) return undefined;
    let late = false;
    let url: string | undefined;
    const show = (blob: Blob | undefined): void => {
      if (late) return;
      if (blob !== undefined) url = URL.createObjectURL(blob);
      setAddress(url ?? '');
    };
    engine.media(path).then(show, () => show(undefined));
    return () => {
      late = true;
      setAddress(undefined);
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [engine, path, missing]);
  return address;
}
