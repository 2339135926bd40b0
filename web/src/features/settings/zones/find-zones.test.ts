import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { listTimeZones } from '../../../../../server/src/time-zones.ts'
import { homeCountries } from './countries.ts'
import { createZoneIndex, findZones, groupZones, zoneLabel } from './find-zones.ts'
import { loadPlaces } from './places.ts'
import { zoneNamed, zonesOf } from './time-zones.ts'

// The server's own list, on a winter's day, and what a browser lists.
const zones = zonesOf(
  listTimeZones(new Date('2026-11-30T12:00Z')),
  new Set(Intl.supportedValuesOf('timeZone')),
)
const places = await loadPlaces()
const uk = createZoneIndex({ zones, places, language: 'uk', home: homeCountries('uk-UA') })
const en = createZoneIndex({ zones, places, language: 'en', home: homeCountries('en-GB') })

/** The first that is found: `Львів · Україна (Europe/Kyiv)`. */
const firstOf = (index: typeof uk, search: string) => {
  const [found] = findZones(index, search)
  return found ? `${zoneLabel(found)} (${found.zone.name})` : 'nothing'
}
const namesOf = (index: typeof uk, search: string) => findZones(index, search).map(({ zone }) => zone.name)

describe('on the Ukrainian page', () => {
  for (const [searches, expected] of [
    ['Kyiv, Kiev, Київ, київ, KYIV, Киев, кіїв', 'Київ · Україна (Europe/Kyiv)'],
    ['Україна, Ukraine, украина', 'Київ · Україна (Europe/Kyiv)'],
    ['Дніпро, Dnipro, Днепр, Дніпропетровськ', 'Дніпро · Україна (Europe/Kyiv)'],
    ['Львів, Lviv, Львов, льв, львів україна', 'Львів · Україна (Europe/Kyiv)'],
    ['Одеса, Odesa, Odessa, Одесса', 'Одеса · Україна (Europe/Kyiv)'],
    ['Харків, Kharkiv, Харьков', 'Харків · Україна (Europe/Kyiv)'],
    ['Ужгород, Uzhhorod', 'Ужгород · Україна (Europe/Kyiv)'],
    ['Кам’янець, Каменец, камянець', 'Кам’янець-Подільський · Україна (Europe/Kyiv)'],
    ['івано франківськ, Ivano-Frankivsk, франківськ', 'Івано-Франківськ · Україна (Europe/Kyiv)'],
    ['Крим, Крым, Crimea, Сімферополь, Simferopol', 'Сімферополь · Україна (Europe/Simferopol)'],
    ['Севастополь', 'Севастополь · Україна (Europe/Simferopol)'],
    ['Польща, Poland, Варшава, Warszawa, Warsaw', 'Варшава · Польща (Europe/Warsaw)'],
    ['Kraków, Krakow, Краків, Краков', 'Краків · Польща (Europe/Warsaw)'],
    ['Прага, Praha, Prague, Чехія, Czech Republic', 'Прага · Чехія (Europe/Prague)'],
    ['Ніцца, Nice, Ницца', 'Ніцца · Франція (Europe/Paris)'],
    ['Лісабон, Lisboa, Lisbon, Португалія', 'Лісабон · Португалія (Europe/Lisbon)'],
    ['Нью-Йорк, New York, нью йорк, nyc, new york usa', 'Нью-Йорк · Сполучені Штати (America/New_York)'],
    ['Мюнхен, Munich, München, munchen', 'Мюнхен · Німеччина (Europe/Berlin)'],
    ['Барселона, Barcelona', 'Барселона · Іспанія (Europe/Madrid)'],
    ['Сан-Франциско, San Francisco, сан франциско', 'Сан-Франциско · Сполучені Штати (America/Los_Angeles)'],
    ['Мумбаї, Mumbai, Бомбей, Bombay', 'Мумбаї · Індія (Asia/Kolkata)'],
    ['Індія, India', 'Колката · Індія (Asia/Kolkata)'],
    ['Пекін, Beijing, 北京', 'Пекін · Китай (Asia/Shanghai)'],
    ['Токіо, токио, Tokyo, 東京, Японія', 'Токіо · Японія (Asia/Tokyo)'],
    ['Торонто', 'Торонто · Канада (America/Toronto)'],
    ['Осло, Норвегія', 'Осло · Норвегія (Europe/Oslo)'],
    ['Рівне, Rivne, Ровно', 'Рівне · Україна (Europe/Kyiv)'],
    ['США, USA, америка', 'Нью-Йорк · Сполучені Штати (America/New_York)'],
  ] as const) {
    for (const search of searches.split(', ')) {
      test(`"${search}" finds ${expected}`, () => assert.equal(firstOf(uk, search), expected))
    }
  }

  test('a name that is only in the zone’s own is found, too, and says which name it was', () => {
    assert.equal(firstOf(uk, 'Europe/Kyiv'), 'Київ · Україна (Europe/Kyiv)')
    const [found] = findZones(uk, 'US/Eastern')
    assert.deepEqual([found?.zone.name, found?.alias], ['America/New_York', 'US/Eastern'])
    assert.equal(findZones(uk, 'Europe/Kiev')[0]?.zone.name, 'Europe/Kyiv')
    assert.deepEqual(namesOf(uk, 'зулу'), [])
    assert.equal(namesOf(uk, 'zulu')[0], 'UTC')
  })

  test('nothing is found of what is nowhere', () => {
    for (const search of ['атлантида', 'xyzzy', '?', '   '])
      assert.deepEqual(findZones(uk, search), [], search)
  })
})

test('every centre of an oblast is found in Ukrainian and in English', () => {
  const centres =
    'Вінниця Vinnytsia, Луцьк Lutsk, Дніпро Dnipro, Донецьк Donetsk, Житомир Zhytomyr, Ужгород Uzhhorod, Запоріжжя Zaporizhzhia, ' +
    'Івано-Франківськ Ivano-Frankivsk, Київ Kyiv, Кропивницький Kropyvnytskyi, Луганськ Luhansk, Львів Lviv, Миколаїв Mykolaiv, ' +
    'Одеса Odesa, Полтава Poltava, Рівне Rivne, Суми Sumy, Тернопіль Ternopil, Харків Kharkiv, Херсон Kherson, ' +
    'Хмельницький Khmelnytskyi, Черкаси Cherkasy, Чернівці Chernivtsi, Чернігів Chernihiv'
  for (const [ukrainian = '', english = ''] of centres.split(', ').map((pair) => pair.split(' '))) {
    const expected = `${ukrainian} · Україна (Europe/Kyiv)`
    assert.equal(firstOf(uk, ukrainian), expected)
    assert.equal(firstOf(uk, english), expected)
    assert.equal(firstOf(en, english), `${english} · Ukraine (Europe/Kyiv)`)
  }
})

describe('offsets', () => {
  for (const search of ['+2', 'UTC+2', '+02:00', 'gmt +02', 'utc 2', '+0200']) {
    test(`"${search}" begins with Kyiv for Ukrainians`, () => {
      const found = findZones(uk, search)
      assert.equal(found[0]?.zone.name, 'Europe/Kyiv')
      assert.ok(found.every(({ zone }) => zone.offset === '+02:00'))
      assert.equal(found.at(-1)?.zone.name, 'Etc/GMT-2')
    })
  }

  for (const [search, expected] of [
    ['GMT+5:30', 'Asia/Kolkata'],
    ['+05:45', 'Asia/Kathmandu'],
    ['−3:30', 'America/St_Johns'],
    ['-0330', 'America/St_Johns'],
    ['UTC-5', 'America/New_York'],
    ['+0', 'Europe/London'],
  ] as const) {
    test(`"${search}" begins with ${expected} in English`, () =>
      assert.equal(namesOf(en, search)[0], expected))
  }

  test('an hour alone also finds what is some minutes more, after what is exactly that', () => {
    const offsets = findZones(en, '+5').map(({ zone }) => zone.offset)
    assert.deepEqual([...new Set(offsets)].sort(), ['+05:00', '+05:30', '+05:45'])
    assert.equal(offsets[0], '+05:00')
    assert.deepEqual([...new Set(findZones(en, '+5:00').map(({ zone }) => zone.offset))], ['+05:00'])
  })

  test('after the own countries comes the part of the world where the device is', () => {
    const here = zoneNamed(zones, 'Europe/Warsaw')
    const index = createZoneIndex({ zones, places, language: 'uk', home: ['UA'], own: here })
    const [first, second] = namesOf(index, '+1')
    assert.deepEqual([first, second?.split('/')[0]], ['Europe/Warsaw', 'Europe'])
    const near = groupZones(index, here, here).find(({ name }) => name === 'near')?.zones ?? []
    assert.deepEqual([...new Set(near.map(({ zone }) => zone.name.split('/')[0]))], ['Europe'])
  })

  test('in summer it is the summer’s offset', () => {
    const summer = zonesOf(
      listTimeZones(new Date('2026-07-01T12:00Z')),
      new Set(Intl.supportedValuesOf('timeZone')),
    )
    const index = createZoneIndex({ zones: summer, places, language: 'uk', home: ['UA'] })
    assert.equal(namesOf(index, '+3')[0], 'Europe/Kyiv')
  })
})

describe('abbreviations', () => {
  for (const [search, expected] of [
    ['EST', 'America/New_York'],
    ['pst', 'America/Los_Angeles'],
    ['CST', 'America/Chicago'],
    ['CET', 'Europe/Berlin'],
    ['EET', 'Europe/Kyiv'],
    ['GMT', 'Europe/London'],
    ['MSK', 'Europe/Moscow'],
    ['IST', 'Asia/Kolkata'],
    ['JST', 'Asia/Tokyo'],
    ['UTC', 'UTC'],
  ] as const) {
    test(`${search} means ${expected}`, () => assert.equal(namesOf(uk, search)[0], expected))
  }
})

describe('on the English page', () => {
  for (const [search, expected] of [
    ['Київ', 'Kyiv · Ukraine (Europe/Kyiv)'],
    ['warszawa', 'Warsaw · Poland (Europe/Warsaw)'],
    ['São Paulo', 'São Paulo · Brazil (America/Sao_Paulo)'],
    ['sao paulo', 'São Paulo · Brazil (America/Sao_Paulo)'],
    ['Turkey', 'Istanbul · Türkiye (Europe/Istanbul)'],
    ['uk', 'London · United Kingdom (Europe/London)'],
    ['Holland', 'Amsterdam · Netherlands (Europe/Amsterdam)'],
    ['manchester', 'Manchester · United Kingdom (Europe/London)'],
  ] as const) {
    test(`"${search}" finds ${expected}`, () => assert.equal(firstOf(en, search), expected))
  }
})

test('a city that begins so comes before one with such a word, and that before one with such letters inside', () => {
  const found = findZones(uk, 'york').map(({ city }) => city)
  assert.deepEqual(found, ['Йорк', 'Нью-Йорк'])
  const inside = findZones(uk, 'ніпро').map(({ city }) => city)
  assert.deepEqual(inside, ['Дніпро'])
})

test('of what fits equally well the own country comes first, then the larger city', () => {
  const cities = findZones(uk, 'д').map(({ city }) => city)
  assert.deepEqual(cities.slice(0, 3), ['Донецьк', 'Джанкой', 'Делі'])
})

test('before the cities are loaded zones are found by the cities that stand for them, and by country', () => {
  const bare = createZoneIndex({ zones, places: [], language: 'uk', home: ['UA'] })
  assert.equal(firstOf(bare, 'Варшава'), 'Варшава · Польща (Europe/Warsaw)')
  assert.equal(firstOf(bare, 'japan'), 'Токіо · Японія (Asia/Tokyo)')
  assert.equal(firstOf(bare, 'Львів'), 'nothing')
})

describe('without a search', () => {
  const [kyiv, tokyo] = [zoneNamed(zones, 'Europe/Kyiv'), zoneNamed(zones, 'Asia/Tokyo')]

  test('this device’s zone and the chosen one come first, then what is near, then the parts of the world', () => {
    const groups = groupZones(uk, kyiv, tokyo)
    assert.deepEqual(
      groups.slice(0, 3).map(({ name }) => name),
      ['first', 'near', 'Europe'],
    )
    assert.deepEqual(
      groups[0]?.zones.map(({ city }) => city),
      ['Київ', 'Токіо'],
    )
    assert.equal(groups[1]?.zones.length, 5)
    assert.ok(groups[1]?.zones.every(({ zone }) => zone.offset === '+02:00'))
    assert.equal(groups.at(-1)?.name, 'other')
  })

  test('every zone is there once', () => {
    const all = groupZones(uk, kyiv, kyiv).flatMap(({ zones: some }) => some.map(({ zone }) => zone.name))
    assert.equal(all.length, zones.length)
    assert.equal(new Set(all).size, zones.length)
  })

  test('cities are in the order of the alphabet', () => {
    const europe = groupZones(uk, kyiv, kyiv).find(({ name }) => name === 'Europe')?.zones ?? []
    const cities = europe.map(({ city }) => city)
    assert.deepEqual(cities, cities.toSorted(new Intl.Collator('uk').compare))
  })
})

test('the language of the page says which countries come first, and its region does before', () => {
  assert.deepEqual(homeCountries('uk'), ['UA'])
  assert.deepEqual(homeCountries('en-US').slice(0, 2), ['US', 'GB'])
  assert.deepEqual(homeCountries('en')[0], 'GB')
  assert.deepEqual(homeCountries('pl'), ['PL'])
})
