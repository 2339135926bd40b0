/** What people mean by the abbreviation of a time. Pure. */

/** Zones by the abbreviations of their times, the likeliest first: CST is Chicago's for most, and Shanghai's for many. */
const ZONES: Readonly<Record<string, string>> = {
  'est edt et': 'America/New_York America/Toronto',
  'cst cdt ct': 'America/Chicago America/Winnipeg America/Mexico_City Asia/Shanghai America/Havana',
  'mst mdt mt': 'America/Denver America/Phoenix America/Edmonton',
  'pst pdt pt': 'America/Los_Angeles America/Vancouver',
  'akst akdt': 'America/Anchorage',
  'hst hdt': 'Pacific/Honolulu',
  'ast adt': 'America/Halifax America/Puerto_Rico Asia/Riyadh',
  'nst ndt': 'America/St_Johns',
  'brt brst': 'America/Sao_Paulo',
  art: 'America/Argentina/Buenos_Aires',
  clt: 'America/Santiago',
  cot: 'America/Bogota',
  gmt: 'Europe/London Africa/Accra Africa/Abidjan Atlantic/Reykjavik',
  bst: 'Europe/London Asia/Dhaka',
  'wet west': 'Europe/Lisbon Atlantic/Canary',
  'cet cest mez mesz met':
    'Europe/Berlin Europe/Warsaw Europe/Paris Europe/Prague Europe/Rome Europe/Madrid Europe/Vienna',
  'eet eest oez': 'Europe/Kyiv Europe/Bucharest Europe/Athens Europe/Helsinki Europe/Vilnius Africa/Cairo',
  'msk msd': 'Europe/Moscow Europe/Simferopol',
  trt: 'Europe/Istanbul',
  ist: 'Asia/Kolkata Asia/Jerusalem Europe/Dublin',
  idt: 'Asia/Jerusalem',
  gst: 'Asia/Dubai',
  pkt: 'Asia/Karachi',
  npt: 'Asia/Kathmandu',
  ict: 'Asia/Bangkok Asia/Ho_Chi_Minh',
  wib: 'Asia/Jakarta',
  sgt: 'Asia/Singapore',
  hkt: 'Asia/Hong_Kong',
  pht: 'Asia/Manila',
  jst: 'Asia/Tokyo',
  kst: 'Asia/Seoul',
  awst: 'Australia/Perth',
  'acst acdt': 'Australia/Adelaide Australia/Darwin',
  'aest aedt': 'Australia/Sydney Australia/Melbourne Australia/Brisbane',
  'nzst nzdt': 'Pacific/Auckland',
  sast: 'Africa/Johannesburg',
  eat: 'Africa/Nairobi',
  cat: 'Africa/Maputo Africa/Harare',
  wat: 'Africa/Lagos',
}

const byAbbreviation = new Map(
  Object.entries(ZONES).flatMap(([abbreviations, zones]) =>
    abbreviations.split(' ').map((one) => [one, zones.split(' ')] as const),
  ),
)

/** The zones that an abbreviation means, in either case; none for what is no abbreviation. */
export function zonesMeant(abbreviation: string): readonly string[] {
  return byAbbreviation.get(abbreviation.trim().toLowerCase()) ?? []
}
