/** What was typed as a phone number: the number in E.164, or what is wrong with it and what may be meant. */
export type ReadPhone =
  | { readonly phone: string }
  | {
      readonly fault: 'empty' | 'noCountry' | 'tooShort' | 'tooLong' | 'notDigits';
      readonly suggestion?: string;
    };

// Country calling codes (ITU-T E.164) of regions, for a hint; any other code can be typed.
const callingCodes: Readonly<Record<string, string>> = {
  AE: '971',
  AR: '54',
  AT: '43',
  AU: '61',
  BD: '880',
  BE: '32',
  BG: '359',
  BR: '55',
  CA: '1',
  CH: '41',
  CL: '56',
  CN: '86',
  CO: '57',
  CZ: '420',
  DE: '49',
  DK: '45',
  EE: '372',
  EG: '20',
  ES: '34',
  FI: '358',
  FR: '33',
  GB: '44',
  GH: '233',
  GR: '30',
  HK: '852',
  HR: '385',
  HU: '36',
  ID: '62',
  IE: '353',
  IL: '972',
  IN: '91',
  IT: '39',
  JP: '81',
  KE: '254',
  KR: '82',
  LK: '94',
  LT: '370',
  LU: '352',
  LV: '371',
  MA: '212',
  MX: '52',
  MY: '60',
  NG: '234',
  NL: '31',
  NO: '47',
  NZ: '64',
  PE: '51',
  PH: '63',
  PK: '92',
  PL: '48',
  PT: '351',
  RO: '40',
  RS: '381',
  RU: '7',
  SA: '966',
  SE: '46',
  SG: '65',
  SI: '386',
  SK: '421',
  TH: '66',
  TN: '216',
  TR: '90',
  TW: '886',
  UA: '380',
  US: '1',
  VN: '84',
  ZA: '27',
};
// Where the zero at the beginning belongs to the number abroad, too.
const keepsZero: ReadonlySet<string> = new Set(['IT']);

const between = /[\s().\-/‐-―\u200b-\u200f\u202a-\u202e\u2060-\u2069]/gu;

/**
 * Reads a phone number as people type it: spaces, brackets, 00 for +, the (0) of business cards.
 * @param region of the person, two letters (ISO 3166): for what may be meant when the country is missing
 */
export function readPhone(typed: string, region: string | undefined): ReadPhone {
  const text = typed.normalize('NFKC').replace(/\(0\)/u, (zero) => (/^\s*(\+|00)/u.test(typed) ? '' : zero));
  const bare = text.replaceAll(between, '').replace(/^00/u, '+');
  if (bare === '' || bare === '+') return { fault: 'empty' };
  if (!/^\+?\d+$/u.test(bare)) return { fault: 'notDigits' };
  if (bare.startsWith('+')) return checked(bare);
  const suggestion = withCountry(bare, region);
  return { fault: 'noCountry', ...(suggestion !== undefined && { suggestion }) };
}

// As the front door checks it.
function checked(phone: string): ReadPhone {
  if (phone.startsWith('+0')) return { fault: 'noCountry' };
  if (phone.length < 8) return { fault: 'tooShort' };
  return phone.length > 16 ? { fault: 'tooLong' } : { phone };
}

function withCountry(digits: string, region = ''): string | undefined {
  const code = callingCodes[region];
  if (code === undefined) return undefined;
  const hasZero = digits.startsWith('0');
  const isWhole = !hasZero && digits.startsWith(code) && digits.length > 10;
  const rest = hasZero && !keepsZero.has(region) ? digits.slice(1) : digits;
  const read = checked(isWhole ? `+${digits}` : `+${code}${rest}`);
  return 'phone' in read ? read.phone : undefined;
}

/** The region of the first language that names one: `de-AT` is Austria. */
export function regionOf(locales: readonly string[]): string | undefined {
  for (const locale of locales) {
    const region = regionIn(locale);
    if (region !== undefined) return region;
  }
  return undefined;
}

function regionIn(locale: string): string | undefined {
  try {
    return new Intl.Locale(locale).region;
  } catch {
    return undefined;
  }
}
