import { createContext, use } from 'react';

/** Where a screen stands. */
export interface Pane {
  /** Names the page; the other pane beside it does not. */
  readonly isMain: boolean;
  /** One has come here by a step, rather than by opening the page. */
  readonly takesFocus: boolean;
  /** False when what one would go back to is seen beside it. */
  readonly backIsShown: boolean;
  /** Names this visit of this screen, for what is to be remembered until one comes back to it. */
  readonly entry: string;
}

/** The pane that what is in it stands in. */
export const PaneContext: React.Context<Pane> = createContext<Pane>({
  isMain: true,
  takesFocus: false,
  backIsShown: true,
  entry: '',
});

/** The pane that a screen stands in. */
export function usePane(): Pane {
  return use(PaneContext);
}
