/** Colours of the sRGB space, as `#rrggbb`: their contrast, and the shades that the page makes of one. Pure. */

/** What the page has behind its texts: cards, and what is around them (web/src/theme.ts). */
export const SURFACES = { card: '#ffffff', page: '#f6f5f1', darkCard: '#1b1e2c' } as const

/** WCAG 2.2, 1.4.3, for texts of the usual size. */
export const MIN_CONTRAST = 4.5

type Triple = readonly [number, number, number]

/** The contrast ratio of WCAG 2.2: 1 (none) to 21. */
export function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

/** The nearest colour of the same hue that is dark enough for texts on the page, and for white texts on it. */
export function readable(color: string): string {
  if (contrast(color, SURFACES.page) >= MIN_CONTRAST) return color
  const { lightness, chroma, hue } = toLch(color)
  for (let darker = lightness; darker > 0; darker -= 0.005) {
    const candidate = fromLch(darker, chroma, hue)
    if (contrast(candidate, SURFACES.page) >= MIN_CONTRAST) return candidate
  }
  return '#000000'
}

/** Lightness, and the part of the chroma, of the shades that are lighter than the colour itself. */
const TINTS = [
  [0.972, 0.1],
  [0.94, 0.22],
  [0.885, 0.42],
  [0.82, 0.62],
  [0.74, 0.82],
  [0.65, 0.95],
] as const

/**
 * Ten shades, lightest first. The seventh is the readable colour itself. Those behind it are for what is pointed at, and for
 * texts on the lightest two.
 * A dark page has its texts in the third and fourth.
 */
export function shadesOf(color: string): string[] {
  const base = readable(color)
  const { lightness, chroma, hue } = toLch(base)
  // What is nearly black becomes lighter under the pointer.
  const step = lightness > 0.3 ? -0.05 : 0.04
  return [
    ...TINTS.map(([tint, part]) => fromLch(tint, chroma * part, hue)),
    base,
    ...[1, 2, 3].map((times) => {
      const shade = fromLch(lightness + step * times, chroma, hue)
      return contrast(shade, SURFACES.page) >= MIN_CONTRAST ? shade : base
    }),
  ]
}

function luminance(color: string): number {
  const [red, green, blue] = toLinear(color)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function toLinear(color: string): Triple {
  const value = Number.parseInt(color.slice(1), 16)
  const channel = (shift: number) => {
    const part = ((value >> shift) & 0xff) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }
  return [channel(16), channel(8), channel(0)]
}

/** Oklab (Björn Ottosson, 2020) in polar coordinates: equal steps of lightness look equal in every hue. */
function toLch(color: string): { lightness: number; chroma: number; hue: number } {
  const [r, g, b] = toLinear(color)
  const l = Math.cbrt(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b)
  const m = Math.cbrt(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b)
  const s = Math.cbrt(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b)
  const y = 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s
  const x = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s
  return {
    lightness: 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
    chroma: Math.hypot(y, x),
    hue: Math.atan2(x, y),
  }
}

/** With less chroma where the screen has no such colour. */
function fromLch(lightness: number, chroma: number, hue: number): string {
  let linear = linearOf(lightness, chroma, hue)
  for (let left = chroma; left > 0 && !isShown(linear); left -= 0.002) linear = linearOf(lightness, left, hue)
  if (!isShown(linear)) linear = linearOf(lightness, 0, hue)
  const channels = linear.map((part) => {
    const value = part <= 0.003_130_8 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055
    return Math.round(Math.min(1, Math.max(0, value)) * 255)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${channels.join('')}`
}

function linearOf(lightness: number, chroma: number, hue: number): Triple {
  const [y, x] = [chroma * Math.cos(hue), chroma * Math.sin(hue)]
  const l = (lightness + 0.396_337_777_4 * y + 0.215_803_757_3 * x) ** 3
  const m = (lightness - 0.105_561_345_8 * y - 0.063_854_172_8 * x) ** 3
  const s = (lightness - 0.089_484_177_5 * y - 1.291_485_548 * x) ** 3
  return [
    4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
    -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
    -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
  ]
}

function isShown(linear: Triple): boolean {
  return linear.every((part) => part >= -0.0005 && part <= 1.0005)
}
