import { sql } from '../database/database.ts'
import { personalData } from '../personal-data.ts'
import { deletePictures } from './erase.ts'
import { AVATAR_SIZES, avatarFileKey } from './present.ts'

const ENDINGS = AVATAR_SIZES.map((size) => avatarFileKey('', size))

export const mediaData = [
  personalData('files:avatars/', {
    title: { uk: 'Файли фото профілю, чотири розміри', en: 'The files of the profile photo, in four sizes' },
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    export: {
      folder: 'pictures',
      files: ({
        userId,
      }) => sql`select regexp_replace(storage_key, '^.*/', '') || ending as name, storage_key || ending as key
        from upm.media cross join unnest(${ENDINGS}::text[]) as ending where owner_id = ${userId}::bigint order by id, ending`,
    },
  }),
  personalData('upm.media', {
    title: {
      uk: 'Опис фото профілю: адреса файлу, розмір, контрольна сума, розмите зображення на час завантаження',
      en: 'The description of the profile photo: address of the file, size, checksum, the blurred picture shown while it loads',
    },
    columns: 'id owner_id kind storage_key content_type sha256 placeholder',
    basis: 'contract',
    keepDays: null,
    erase: 'delete',
    purge: (db, { userId }, limit) => deletePictures(db, userId, limit),
    export: {
      file: 'pictures.json',
      select: ({
        userId,
      }) => sql`select json_build_object('kind', kind, 'content_type', content_type, 'bytes', bytes,
        'width', width, 'height', height, 'sha256', encode(sha256, 'hex'), 'created_at', created_at)
        from upm.media where owner_id = ${userId} order by id`,
    },
  }),
  personalData('upm.unclaimed_files', {
    title: {
      uk: 'Адреси файлів, які будуть стерті зі сховища',
      en: 'Addresses of files that are about to be deleted from the storage',
    },
    columns: 'storage_key',
    basis: 'contract',
    keepDays: 1,
    erase: 'delete',
    export: {
      leftOut: {
        uk: 'Це список файлів, які зараз стираються.',
        en: 'It lists files that are just being deleted.',
      },
    },
  }),
  personalData('upm.picture_renewals', {
    title: {
      uk: 'Чиє фото отримує нову адресу, бо профіль приховано',
      en: 'Whose photo gets a new address because the profile was hidden',
    },
    columns: 'user_id media_id',
    basis: 'contract',
    keepDays: 1,
    erase: 'delete',
    export: {
      leftOut: {
        uk: 'Це список фото, адреси яких зараз змінюються.',
        en: 'It lists photos whose addresses are just being changed.',
      },
    },
  }),
]
