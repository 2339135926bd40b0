import sharp, { type Sharp } from 'sharp'

/** The bodies of two uploads, as `multipart/form-data`. */
export type Pictures = { photo: Buffer; crop: Buffer }

export const BOUNDARY = 'hot-paths'

/**
 * A photo of 12 megapixels, as a phone makes it, and a square of 1024 pixels cut out of it, as a page sends it. It
 * shows soft spots of all sizes with a little noise, so that the files are about as large as those of real photos.
 */
export async function makePictures(): Promise<Pictures> {
  const [width, height] = [4000, 3000]
  const spots = await noise(160, 120, 60).resize(width, height).png().toBuffer()
  const grain = await noise(width, height, 10).png().toBuffer()
  const photo = await sharp(spots)
    .composite([{ input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 90 })
    .toBuffer()
  const crop = await sharp(photo)
    .extract({ left: 500, top: 0, width: height, height })
    .resize(1024, 1024)
    .jpeg({ quality: 88 })
    .toBuffer()
  return { photo: form(photo), crop: form(crop) }
}

function noise(width: number, height: number, sigma: number): Sharp {
  return sharp({
    create: {
      width,
      height,
      channels: 3,
      background: 'grey',
      noise: { type: 'gaussian', mean: 128, sigma },
    },
  })
}

function form(picture: Buffer): Buffer {
  const head = [
    `--${BOUNDARY}`,
    'Content-Disposition: form-data; name="avatar"; filename="picture.jpg"',
    'Content-Type: image/jpeg',
    '',
    '',
  ].join('\r\n')
  return Buffer.concat([Buffer.from(head), picture, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])
}
