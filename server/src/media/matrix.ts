/** Matrices of 3 × 3, a row after the other: what linear light is converted with. */

export type Triple = [number, number, number]
export type Matrix = readonly [number, number, number, number, number, number, number, number, number]

/** x and y of white, red, green and blue (CIE 1931). */
export type Chromaticities = readonly number[]

export const D65 = [0.3127, 0.329]

/** From light of these primaries to that of others; white stays white. */
export function between(from: Chromaticities, to: Chromaticities): Matrix {
  return multiply(invert(toXyz(to)), multiply(adapt(from, to), toXyz(from)))
}

function toXyz([xw = 0, yw = 1, xr = 0, yr = 1, xg = 0, yg = 1, xb = 0, yb = 1]: Chromaticities): Matrix {
  const p: Matrix = [xr, xg, xb, yr, yg, yb, 1 - xr - yr, 1 - xg - yg, 1 - xb - yb]
  const [sr, sg, sb] = apply(invert(p), [xw / yw, 1, (1 - xw - yw) / yw])
  return [p[0] * sr, p[1] * sg, p[2] * sb, p[3] * sr, p[4] * sg, p[5] * sb, p[6] * sr, p[7] * sg, p[8] * sb]
}

const BRADFORD: Matrix = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296]

/** One white becomes the other (Bradford). */
function adapt(source: Chromaticities, target: Chromaticities): Matrix {
  const cone = ([wx = 0, wy = 1]: readonly number[]) => apply(BRADFORD, [wx / wy, 1, (1 - wx - wy) / wy])
  const from = cone(source)
  const to = cone(target)
  const scale: Matrix = [to[0] / from[0], 0, 0, 0, to[1] / from[1], 0, 0, 0, to[2] / from[2]]
  return multiply(invert(BRADFORD), multiply(scale, BRADFORD))
}

/** A row after the other, times a column. */
export function apply(m: Matrix, [x, y, z]: Readonly<Triple>): Triple {
  return [m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z]
}

function multiply(a: Matrix, b: Matrix): Matrix {
  const x = apply(a, [b[0], b[3], b[6]])
  const y = apply(a, [b[1], b[4], b[7]])
  const z = apply(a, [b[2], b[5], b[8]])
  return [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]]
}

function invert([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const [A, B, D] = [e * i - f * h, f * g - d * i, d * h - e * g] as const
  const k = 1 / (a * A + b * B + c * D)
  return [
    A * k,
    (c * h - b * i) * k,
    (b * f - c * e) * k,
    B * k,
    (a * i - c * g) * k,
    (c * d - a * f) * k,
    D * k,
    (b * g - a * h) * k,
    (a * e - b * d) * k,
  ]
}
