import { behindWindow, type Crop } from './crop.ts'
import type { Picture } from '../choose/open-picture.ts'
import classes from './crop-preview.module.css'

/** As on the profile, and as in a list. CSS pixels. */
const SIDES = [64, 36]

/** The result at the sizes in which others mostly see it. */
export function CropPreview({ picture, crop }: { picture: Picture; crop: Crop }) {
  return SIDES.map((side) => (
    <span key={side} className={classes.window} style={{ width: side, height: side }}>
      <img className={classes.picture} src={picture.url} alt="" style={behindWindow(crop, picture, side)} />
    </span>
  ))
}
