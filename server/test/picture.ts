import sharp from 'sharp'

/** A square photo of noise, which no format makes small: of 600 pixels it has about half a megabyte. */
export function noise(side: number): Promise<Buffer> {
  const type = 'gaussian' as const
  return sharp({
    create: {
      width: side,
      height: side,
      channels: 3,
      background: 'grey',
      noise: { type, mean: 128, sigma: 50 },
    },
  })
    .png()
    .toBuffer()
}
