/**
 * The currencies of ISO 4217 as its maintenance agency publishes them (List One). Data and not
 * `Intl.supportedValuesOf`, which has every currency that ever was, as of the year in which ICU was built. When a new list
 * is published, change this: what was withdrawn stays with the profiles that hold it, and cannot be chosen any more.
 */
export const iso4217 = {
  published: '2026-01-01',
  source:
    'https://www.six-group.com/dam/download/financial-information/data-center/iso-currrency/lists/list-one.xml',
  /** What people pay with. */
  currencies: (
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF ' +
    'CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD ' +
    'HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL ' +
    'LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP ' +
    'PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT ' +
    'TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG'
  ).split(' '),
  /**
   * The other codes of the list, which are refused, because nobody pays for an hour with them: funds and indexed units,
   * precious metals, units of account of banks and bonds, the code for tests, and that for no currency.
   */
  others: 'BOV CHE CHW CLF COU MXV USN UYI UYW XAD XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'.split(
    ' ',
  ),
}

const known = new Set(iso4217.currencies)

export function isCurrency(code: string): boolean {
  return known.has(code)
}
