/** Languages with a code of two letters (ISO 639-1) that browsers have names for. Pure. */
export const languageCodes: readonly string[] = (
  'aa ab af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu ' +
  'fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl ' +
  'km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn nr nv ny oc oj ' +
  'om or os pa pi pl ps pt qu rm rn ro rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to ' +
  'tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu'
).split(' ')

/** The canonical tag that a text stands for; undefined for what is no tag, or names only what two letters could. */
export function languageTag(text: string): string | undefined {
  if (!/^[a-z]{2,8}(?:-[a-z\d]{1,8})*$/i.test(text)) return undefined
  try {
    const [tag] = Intl.getCanonicalLocales(text)
    // A word that is being typed is rarely a tag: names of four letters and more are no languages yet.
    return tag !== undefined && /^[a-z]{2,3}(?:-|$)/.test(tag) ? tag : undefined
  } catch {
    return undefined
  }
}
