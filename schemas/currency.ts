/**
 * ISO 4217 (list one, 2024) with the number of decimals between its major and minor unit: 12.34 USD is 1234 minor
 * units, 1234 JPY is 1234. Metals, funds and test codes are left out: no ad is paid in them.
 */
const byDecimals: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP ' +
    'CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR ' +
    'JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN ' +
    'NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP ' +
    'SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const decimals: ReadonlyMap<string, number> = new Map(
  Object.entries(byDecimals).flatMap(([places, codes]) => codes.split(' ').map((code) => [code, Number(places)])),
);

/** All codes, sorted. */
export const currencies: readonly string[] = [...decimals.keys()].sort();

export const isCurrency = (code: string): boolean => decimals.has(code);

/** Decimals of a currency's minor unit; undefined where the code is not known. */
export const minorDecimals = (code: string): number | undefined => decimals.get(code);
