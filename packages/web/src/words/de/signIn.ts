import type { Words } from '../en.ts';

/** Signing in with a number. */
export const signIn: Words['signIn'] = {
  title: 'Deine Nummer',
  text: 'Ein Backup gehört zu deiner Telefonnummer. Wir schicken dir einen Code, um sicher zu sein, dass sie deine ist.',
  phone: 'Telefonnummer',
  placeholder: '+49 170 1234567',
  help: 'Mit Ländervorwahl. Leerzeichen sind egal.',
  empty: 'Gib zuerst deine Nummer ein.',
  noCountry: 'Die Ländervorwahl fehlt: Sie beginnt mit + und steht vor dem Rest.',
  tooShort: 'Diese Nummer ist zu kurz.',
  tooLong: 'Diese Nummer ist zu lang.',
  notDigits: 'Nach dem + hat eine Nummer nur Ziffern.',
  didYouMean: (number) => `${number} nehmen`,
  send: 'Den Code schicken',
  codeTitle: 'Der Code',
  codeText: (phone) => `Wir haben einen Code an ${phone} geschickt.`,
  codeInTerminal: (phone) =>
    `Der Code für ${phone} steht im Terminal, in dem Strongroom läuft. An ein Telefon wurde nichts geschickt.`,
  code: 'Sechsstelliger Code',
  codeUntil: (when) => `Er endet ${when}.`,
  codeOver: 'Der Code ist abgelaufen. Lass dir einen neuen schicken.',
  check: 'Den Code prüfen',
  again: 'Einen neuen Code schicken',
  againIn: (seconds, format) =>
    `Ein neuer Code geht in ${format.plural(seconds, { one: '# Sekunde', other: '# Sekunden' })}`,
  sentAgain: 'Ein neuer Code ist unterwegs',
  otherNumber: 'Eine andere Nummer nehmen',
};
