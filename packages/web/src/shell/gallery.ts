import { lazy, type ComponentType } from 'react';

/** The living page of the design, while one develops; it is not in what is built. */
export const Gallery: ComponentType | undefined = import.meta.env.DEV
  ? lazy(() => import('../design/gallery/Gallery.tsx'))
  : undefined;
