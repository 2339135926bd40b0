import type { ExportDownload } from '@upm/client'

/** Up to this size the browser keeps the whole file before it saves it. */
const BLOB_BYTES = 128 * 2 ** 20

type Picker = (options: {
  suggestedName: string
}) => Promise<{ createWritable: () => Promise<WritableStream<Uint8Array>> }>

/**
 * Saves an archive. The token goes in a header, so no link can lead to it. A large file is written to the disk as it comes,
 * where the browser has that (File System API); elsewhere browsers keep large blobs on the disk by themselves.
 */
export async function saveArchive({ name, bytes, stream, blob }: ExportDownload): Promise<void> {
  const picker = Reflect.get(window, 'showSaveFilePicker') as Picker | undefined
  if (picker && stream && (bytes ?? 0) > BLOB_BYTES) {
    const file = await picker.call(window, { suggestedName: name })
    await (stream as ReadableStream<Uint8Array>).pipeTo(await file.createWritable())
    return
  }
  const link = document.createElement('a')
  link.href = URL.createObjectURL((await blob()) as Blob)
  link.download = name
  link.click()
  // The browser has taken hold of the file by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
