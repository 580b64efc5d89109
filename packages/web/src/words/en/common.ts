import type { Format } from '../format.ts';

/** What many screens say. */
export const common = {
  product: 'Strongroom',
  back: 'Back',
  close: 'Close',
  cancel: 'Cancel',
  done: 'Done',
  next: 'Continue',
  retry: 'Try again',
  resume: 'Go on',
  /** How far something is, as a screen reader says it. */
  progress: (part: number, format: Format) => `${format.percent(part)} done`,
  progressUnknown: 'Under way, nobody knows yet how much there is',
  /** Where what passes is shown. */
  toasts: 'What just happened',
  loading: 'Reading…',
  more: 'More',
  search: 'Search',
  copied: 'Copied',
  copyCode: 'Copy the code of this error',
  showPassword: 'Show password',
  hidePassword: 'Hide password',
  strength: ['Too easy to guess', 'Weak', 'Fair', 'Good', 'Strong'],
  keyCaption: 'Your 64-digit key, in 16 groups: rows A to D, columns 1 to 4',
};
