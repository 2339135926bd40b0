import type { StorageConfig } from '../../config/config.ts'
import { openLocalStorage } from './local.ts'
import type { MediaStorage } from './storage.ts'

/**
 * Opens the configured store. A folder is created where it is missing; S3 is not asked before it is used, see `check`.
 *
 * @throws when the folder cannot be created
 */
export async function openStorage(config: StorageConfig): Promise<MediaStorage> {
  if (config.kind === 'local') return openLocalStorage(config.root)
  // The SDK costs tens of megabytes and a noticeable part of the start: only those who use S3 load it.
  const { openS3Storage } = await import('./s3.ts')
  return openS3Storage(config)
}
