import type { Format } from '../format.ts';

/** Signing in with a number. */
export const signIn = {
  title: 'Your number',
  text: 'A backup belongs to your phone number. We send you a code to make sure that it is yours.',
  phone: 'Phone number',
  placeholder: '+44 7700 900123',
  help: 'With the country code. Spaces do not matter.',
  empty: 'Type your number first.',
  noCountry: 'The country code is missing: it starts with + and comes before the rest.',
  tooShort: 'This number is too short.',
  tooLong: 'This number is too long.',
  notDigits: 'A number has digits only, after the +.',
  didYouMean: (number: string) => `Use ${number}`,
  send: 'Send the code',
  codeTitle: 'The code',
  codeText: (phone: string) => `We sent a code to ${phone}.`,
  codeInTerminal: (phone: string) =>
    `The code for ${phone} is in the terminal where Strongroom runs. Nothing was sent to a phone.`,
  code: 'Six-digit code',
  codeUntil: (when: string) => `It ends ${when}.`,
  codeOver: 'The code has ended. Ask for a new one.',
  check: 'Check the code',
  again: 'Send a new code',
  againIn: (seconds: number, format: Format) =>
    `A new code can be sent in ${format.plural(seconds, { one: '# second', other: '# seconds' })}`,
  sentAgain: 'A new code is on its way',
  otherNumber: 'Use another number',
};
