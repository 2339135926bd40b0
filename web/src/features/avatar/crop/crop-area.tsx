import 'react-easy-crop/react-easy-crop.css'
import { Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react'
import Cropper from 'react-easy-crop'
import { useTranslation } from 'react-i18next'
import { drawnIn, mostZoom, movedTo, offsetOf, type Size, type View } from './crop.ts'
import type { Picture } from '../choose/open-picture.ts'
import classes from './crop-area.module.css'

/** What an arrow key moves the picture; a fifth of that with Shift. CSS pixels. */
const KEYBOARD_STEP = 10

type CropAreaProps = { picture: Picture; view: View; onChange: (update: (view: View) => View) => void }

/** The picture behind the square that is kept: it is dragged, pinched, scrolled, or moved by the arrow keys. */
export function CropArea({ picture, view, onChange }: CropAreaProps) {
  const { t } = useTranslation('avatar')
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  const hasBegun = useRef(false)
  const hint = useId()

  function begin(area: HTMLElement): void {
    // The keyboard begins at the picture. Once: a frame of another size is no beginning.
    if (!hasBegun.current) area.focus({ preventScroll: true })
    hasBegun.current = true
  }

  return (
    <>
      <div ref={ref} className={classes.frame}>
        {width > 0 && height > 0 && (
          <Frame
            // The cropper keeps sizes of its own, which a new frame would leave wrong.
            key={`${width} ${height}`}
            frame={{ width, height }}
            picture={picture}
            view={view}
            onChange={onChange}
            onReady={begin}
            hint={hint}
          />
        )}
      </div>
      <Text id={hint} size="sm" c="dimmed" className={classes.hint} data-for="mouse">
        {t('cropHint')}
      </Text>
      <Text size="sm" c="dimmed" className={classes.hint} data-for="touch">
        {t('cropHintTouch')}
      </Text>
    </>
  )
}

type FrameProps = CropAreaProps & { frame: Size; onReady: (area: HTMLElement) => void; hint: string }

function Frame({ frame, picture, view, onChange, onReady, hint }: FrameProps) {
  const { t } = useTranslation('avatar')
  const drawing = drawnIn(frame, picture)
  const zoom = view.zoom * drawing.unit
  const element = useRef<HTMLDivElement>(null)
  const [isLoaded, setLoaded] = useState(false)
  const ready = useEffectEvent(onReady)
  useEffect(() => {
    const area = isLoaded && element.current?.querySelector<HTMLElement>('[role=application]')
    if (area) ready(area)
  }, [isLoaded])
  return (
    <div ref={element}>
      <Cropper
        image={picture.url}
        crop={offsetOf(view, drawing)}
        zoom={zoom}
        minZoom={drawing.unit}
        maxZoom={drawing.unit * mostZoom(picture)}
        // A notch of the wheel is worth the same ratio at any zoom.
        zoomSpeed={zoom / 3}
        aspect={1}
        cropSize={{ width: drawing.side, height: drawing.side }}
        cropShape="round"
        showGrid={false}
        objectFit="cover"
        keyboardStep={KEYBOARD_STEP}
        onCropChange={(offset) => onChange((current) => movedTo(current, offset, drawing))}
        onZoomChange={(changed) => onChange((current) => ({ ...current, zoom: changed / drawing.unit }))}
        onMediaLoaded={() => setLoaded(true)}
        // Its style sheet is a file (the import above): the page allows no other.
        disableAutomaticStylesInjection
        classes={{ cropAreaClassName: classes.square }}
        mediaProps={{ draggable: false }}
        cropperProps={{ role: 'application', 'aria-label': t('cropLabel'), 'aria-describedby': hint }}
      />
    </div>
  )
}
