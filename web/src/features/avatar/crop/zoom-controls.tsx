import { ActionIcon, Button, Group, Slider } from '@mantine/core'
import { ZoomIn, ZoomOut } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../session/use-format.ts'
import { mostZoom, sliderOf, WHOLE, zoomAt, zoomedBy, zoomedTo, type View } from './crop.ts'
import type { Picture } from '../choose/open-picture.ts'
import classes from './zoom-controls.module.css'

type ZoomControlsProps = { picture: Picture; view: View; onChange: (update: (view: View) => View) => void }

export function ZoomControls({ picture, view, onChange }: ZoomControlsProps) {
  const { t } = useTranslation('avatar')
  const { percent } = useFormat()
  const most = mostZoom(picture)
  // A button that is switched off at the end of its way would take the keyboard with it.
  const step = (steps: number) => onChange((current) => zoomedBy(current, steps, picture))
  return (
    <Group gap="xs" wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        size={44}
        aria-label={t('zoomOut')}
        aria-disabled={view.zoom <= 1}
        className={classes.step}
        onClick={() => step(-1)}
      >
        <ZoomOut size={20} aria-hidden />
      </ActionIcon>
      <Slider
        className={classes.slider}
        thumbLabel={t('zoom')}
        thumbValueText={percent(view.zoom)}
        label={percent(view.zoom)}
        thumbSize={24}
        min={0}
        max={100}
        step={2}
        disabled={most <= 1}
        value={sliderOf(view.zoom, most)}
        onChange={(place) => onChange((current) => zoomedTo(current, zoomAt(place, most), picture))}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={44}
        aria-label={t('zoomIn')}
        aria-disabled={view.zoom >= most}
        className={classes.step}
        onClick={() => step(1)}
      >
        <ZoomIn size={20} aria-hidden />
      </ActionIcon>
      <Button variant="subtle" color="gray" size="sm" px="xs" onClick={() => onChange(() => WHOLE)}>
        {t('reset')}
      </Button>
    </Group>
  )
}
