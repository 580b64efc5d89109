import type { Words } from '../en.ts';

/** What many screens say. */
export const common: Words['common'] = {
  product: 'Strongroom',
  back: 'Zurück',
  close: 'Schließen',
  cancel: 'Abbrechen',
  done: 'Fertig',
  next: 'Weiter',
  retry: 'Noch einmal',
  resume: 'Weitermachen',
  progress: (part, format) => `${format.percent(part)} erledigt`,
  progressUnknown: 'Läuft, wie viel es ist, steht noch nicht fest',
  toasts: 'Was gerade geschah',
  loading: 'Wird gelesen …',
  more: 'Mehr',
  search: 'Suchen',
  copied: 'Kopiert',
  copyCode: 'Den Code dieses Fehlers kopieren',
  showPassword: 'Passwort zeigen',
  hidePassword: 'Passwort verbergen',
  strength: ['Zu leicht zu erraten', 'Schwach', 'Mittel', 'Gut', 'Stark'],
  keyCaption: 'Dein 64-stelliger Schlüssel in 16 Gruppen: Zeilen A bis D, Spalten 1 bis 4',
};
