import { Group, Input, Radio, Text } from '@mantine/core'
import type { Settings } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { languageName } from '../../i18n/language-name.ts'
import { useChooseLanguage } from '../../session/use-choose-language.ts'
import { useSession } from '../../session/use-session.ts'
import { SettingHead } from '../../components/setting/setting-head.tsx'
import { useSettingError } from '../../components/setting/use-setting-error.ts'

const LABEL_ID = 'language-label'

export function LanguageSetting({ settings }: { settings: Settings }) {
  const { t } = useTranslation('settings')
  const { config } = useSession()
  const { choose, saving } = useChooseLanguage()
  const error = useSettingError(saving, 'ui_language')
  return (
    <div>
      <SettingHead label={t('language')} id={LABEL_ID} saving={saving} />
      <Group gap="xl" my={6} role="radiogroup" aria-labelledby={LABEL_ID}>
        {config.uiLanguages.map((code) => (
          <Radio
            key={code}
            name="ui_language"
            size="md"
            checked={settings.ui_language === code}
            onChange={() => choose(code)}
            label={
              <Text component="span" size="sm" lang={code}>
                {languageName(code)}
              </Text>
            }
          />
        ))}
      </Group>
      {error !== undefined && <Input.Error role="alert">{error}</Input.Error>}
    </div>
  )
}
