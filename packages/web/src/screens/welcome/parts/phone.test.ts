import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPhone, regionOf } from './phone.ts';

describe('a phone number', () => {
  test.each([
    ['+49 170 1234567', '+491701234567'],
    ['0049 170 1234567', '+491701234567'],
    ['+49 (0)170 / 123-45.67', '+491701234567'],
    ['＋４９１７０１２３４５６７', '+491701234567'],
    [' +1 (415) 555\u20112671 ', '+14155552671'],
    ['\u202a+44 7700 900123\u202c', '+447700900123'],
  ])('%j is %s', (typed, phone) => {
    expect(readPhone(typed, 'DE')).toEqual({ phone });
  });

  test.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['+', 'empty'],
    ['anna', 'notDigits'],
    ['+49 170 ABC', 'notDigits'],
    ['+49+170', 'notDigits'],
    ['+49 17', 'tooShort'],
    ['+4917012345678901234', 'tooLong'],
    ['+0170 1234567', 'noCountry'],
  ])('%j has the fault %s', (typed, fault) => {
    expect(readPhone(typed, 'DE')).toEqual({ fault });
  });

  test.each([
    ['0170 1234567', 'DE', '+491701234567'],
    ['170 1234567', 'DE', '+491701234567'],
    ['491701234567', 'DE', '+491701234567'],
    ['06 1234 5678', 'IT', '+390612345678'],
    ['(415) 555-2671', 'US', '+14155552671'],
    ['0170 1234567', 'ZZ', undefined],
    ['0170 1234567', undefined, undefined],
  ])('%j without its country, in %s, may be %s', (typed, region, suggestion) => {
    expect(readPhone(typed, region)).toEqual({ fault: 'noCountry', ...(suggestion && { suggestion }) });
  });

  test('is read as the front door takes it, or not at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[+0-9 ()]{0,24}$/)), (typed) => {
        const read = readPhone(typed, 'DE');
        expect('phone' in read ? read.phone : '+1234567').toMatch(/^\+[1-9]\d{6,14}$/);
      }),
    );
  });
});

test.each([
  [['de-AT'], 'AT'],
  [['en', 'pt-BR'], 'BR'],
  [['en'], undefined],
  [['!', 'zh-Hant-TW'], 'TW'],
])('%j are languages of %s', (locales, region) => {
  expect(regionOf(locales)).toBe(region);
});
