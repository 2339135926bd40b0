/** A multipart form as a browser sends it. */
export type FormPart =
  | { name: string; value: string }
  | { name: string; file: Buffer; filename?: string; type?: string }

export async function form(parts: FormPart[]): Promise<{ body: Buffer; headers: Record<string, string> }> {
  const data = new FormData()
  for (const part of parts) {
    if ('file' in part) {
      const blob = new Blob([new Uint8Array(part.file)], { type: part.type ?? 'image/jpeg' })
      data.append(part.name, blob, part.filename ?? 'photo.jpg')
    } else data.append(part.name, part.value)
  }
  const response = new Response(data)
  return {
    body: Buffer.from(await response.arrayBuffer()),
    headers: { 'content-type': response.headers.get('content-type') ?? '' },
  }
}
