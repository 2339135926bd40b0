import { inLatin } from '../src/i18n/zones/latin.ts'

/** Ukrainian names of places that GeoNames lacks or has outdated, by its English name; used by `zone-places.ts`. */
const LACKING = `
Xi’an=Сіань; Hyderabad=Гайдарабад; Surat=Сурат; Zhongshan=Чжуншань; Busan=Пусан; Puyang=Пуян; Yokohama=Йокогама; Shiyan=Шиянь; Tangshan=Таншань; Zibo=Цзибо
Huizhou=Хуейчжоу; Kanpur=Канпур; Quezon City=Кесон-Сіті; Baoding=Баодін; Yunfu=Юньфу; Faisalabad=Фейсалабад; Izmir=Ізмір; Huai’an=Хуайань; Giza=Гіза; Linyi=Ліньї
Shaoxing=Шаосін; Nantong=Наньтун; Zhuhai=Чжухай; Nagoya=Нагоя; Weifang=Вейфан; Zunyi=Цзуньї; Kowloon=Коулун; Lianyungang=Ляньюньган; Ganzhou=Ганьчжоу; Ordos=Ордос
Sanaa=Сана; Jieyang=Цзеян; Jilin City=Цзілінь; Camayenne=Камаєн; Nanchong=Наньчун; Santa Cruz de la Sierra=Санта-Крус-де-ла-Сьєрра; Nanyang=Наньян; Jiangmen=Цзянмень
Fuyang=Фуян; Bayan Nur=Баян-Нур; Chaozhou=Чаочжоу; Qingyuan=Цін’юань; Tai’an=Тайань; Kallakurichi=Каллакурічі; Huainan=Хуайнань; Ecatepec de Morelos=Екатепек-де-Морелос
Suzhou=Сучжоу; Lu’an=Луань; Yancheng=Яньчен; Taizhou=Тайчжоу; Wuhu=Уху; Dazhou=Дачжоу; Yangzhou=Янчжоу; Guilin=Гуйлінь; Zhaoqing=Чжаоцін; Mianyang=Мяньян
Ludhiana=Лудхіяна; Putian=Путянь; Shangqiu=Шанцю; Bekasi=Бекасі; Kaohsiung City=Гаосюн; Caloocan City=Калоокан; Yiwu=Іу; Daejeon=Теджон; Quanzhou=Цюаньчжоу; Jinhua=Цзіньхуа
Cixi=Цисі; Changde=Чанде; Baoji=Баоцзі; Suqian=Суцянь; Multan=Мултан; Liuzhou=Лючжоу; Tirunelveli=Тірунелвелі; Jinjiang=Цзіньцзян; Bozhou=Бочжоу; Qujing=Цюйцзін
Zhanjiang=Чжаньцзян; Fukuoka=Фукуока; Rajkot=Раджкот; Gujranwala=Гуджранвала; Guankou=Ґуанькоу; Tangerang=Тангеранг; Najafgarh=Наджафгарх; Handan=Ханьдань; Heze=Хецзе
Gorakhpur=Горакхпур; Makkah al Mukarramah=Мекка; Liupanshui=Люпаньшуй; Maoming=Маомін; South Tangerang=Південний Тангеранг; Qinzhou=Ціньчжоу; Luohe=Лохе; Xiangfan=Сянфань
Yangjiang=Янцзян; Pimpri=Пімпрі; Nizhny Novgorod=Нижній Новгород; Xuchang=Сюйчан; Kalyān=Кальян; Zigong=Цзигун; Thāne=Тхане; Xuzhou=Сюйчжоу; Neijiang=Нейцзян; Yiyang=Іян
Suwon-si=Сувон; Jining=Цзінін; León=Леон; Xinyang=Сіньян; Liaocheng=Ляочен; Jinzhong=Цзіньчжун; Nowrangapur=Навранґпур; Faridabad=Фарідабад; Changzhi=Чанчжи; Tianshui=Тяньшуй
Weinan=Вейнань; Ghaziabad=Газіабад; Depok=Депок; Dhanbad=Дханбад; Saitama=Сайтама; Dombivali=Домбівалі; Guarulhos=Гуарульюс; Varanasi=Варанасі; Batam=Батам; Jiujiang=Цзюцзян
Anyang=Аньян; Zapopan=Сапопан; Bijie=Біцзе; Zhuzhou=Чжучжоу; Shangrao=Шанжао; Huaibei=Хуайбей; Meishan=Мейшань; Kazan’=Казань; Ciudad Nezahualcoyotl=Несауалькойотль
Fuzhou=Фучжоу; Hengyang=Хен’ян; Prayagraj=Праяградж; Goyang-si=Коян; Sendai=Сендай; Yulin=Юйлінь; Jingzhou=Цзінчжоу; Changshu=Чаншу; Xinxiang=Сіньсян; Yichun=Їчунь
Taichung=Тайчжун; Ufa=Уфа; Seongnam-si=Соннам; Sanya=Санья; Shaoguan=Шаогуань; Howrah=Ховрах; Longyan=Лун’янь; Yongzhou=Юнчжоу; Aurangabad=Аурангабад; Huzhou=Хучжоу
Jiangyin=Цзян’їнь; Wuwei=Увей; Hanzhong=Ханьчжун; Hezhou=Хечжоу; Zhu Cheng City=Чжучен; Dongying=Дун’їн; Luzhou=Лучжоу; Solapur=Солапур; Guatemala City=Гватемала; Meizhou=Мейчжоу
Yueyang=Юеян; Laiwu=Лайу; Da Nang=Дананг; Pingdingshan=Піндіншань; Zaria=Зарія; Bengbu=Бенбу; Fes=Фес; Tirupur=Тіруппур; Ulsan=Ульсан; Chandigarh=Чандігарх; Xiangtan=Сянтань
Linfen=Ліньфень; Zhenjiang=Чженьцзян; Ciudad Guayana=Сьюдад-Гуаяна; Kingston=Кінгстон; Baoshan=Баошань; Erbil=Ербіль; Rui’an=Жуйань; Nay Pyi Taw=Нейп’їдо; Chiba=Тіба; Salem=Салем
Laibin=Лайбінь; Xiaogan=Сяогань; Ziyang=Цзиян; Salé=Сале; Quzhou=Цюйчжоу; Abobo=Абобо; Abu Ghraib=Абу-Грейб; Zaozhuang=Цзаочжуан; Pingxiang=Пінсян; Zhoushan=Чжоушань
Gwalior=Гваліор; Puning=Пунін; Mbuji-Mayi=Мбужі-Маї; Pikine=Пікін (Сенегал); Ankang=Анькан; Langfang=Ланфан; Jiaozuo=Цзяоцзо; Guang’an=Гуанань; Bucheon-si=Пучхон; Voronezh=Воронеж
Weihai=Вейхай; Takeo=Такео; Haiphong=Хайфон; Padang=Паданг; Hubli=Хублі; Xinyu=Сіньюй; Marrakesh=Марракеш; Yibin=Їбінь; Biên Hòa=Б’єнхоа; Chenzhou=Ченьчжоу
Duque de Caxias=Дукі-ді-Кашіас; Ilorin=Ілорін; Can Tho=Кантхо; Bandar Lampung=Бандар-Лампунг; Narela=Нарела; Cebu City=Себу; Niigata=Ніїгата; Zarqa=Ез-Зарка; Naucalpan=Наукальпан
Zhaotong=Чжаотун; Panzhihua=Паньчжихуа; Boumerdas=Бумердес; Chuzhou=Чучжоу; Sakai=Сакаї; Xuanzhou=Сюаньчжоу; Shangyu=Шан’юй; Anshun=Аньшунь; Kota=Кота; Natal=Натал
Zhangjiagang=Чжанцзяган; Bhubaneswar=Бхубанешвар; Wuzhou=Учжоу; Aligarh=Алігарх; Shaoyang=Шаоян; Malang=Маланг; Bareilly=Барейлі; São Bernardo do Campo=Сан-Бернарду-ду-Кампу
Hegang=Хеган; Ma’anshan=Мааньшань; Oyo=Ойо; Deyang=Деян; Yangquan=Янцюань; Muzaffarabad=Музаффарабад; Wanzhou=Ваньчжоу; Sulaymaniyah=Сулейманія; San Luis Potosí City=Сан-Луїс-Потосі
Zhumadian=Чжумадянь; Morādābād=Морадабад; Ansan-si=Ансан; Bhiwandi=Бхіванді; Pekanbaru=Пеканбару; Tolyatti=Тольятті; Jaboatão=Жабуатан; Santo Domingo Oeste=Західний Санто-Домінго
Rajshahi=Раджшахі; Santo Domingo Este=Східний Санто-Домінго; Zhangjiakou=Чжанцзякоу; Washington=Вашингтон; Washington D.C.=Вашингтон; Fuxin=Фусінь; Enugu=Енугу; Tangier=Танжер
Huangshi=Хуанші; Liaoyang=Ляоян; Baise City=Байсе; Binzhou=Біньчжоу; Kumamoto=Кумамото; Yuncheng=Юньчен; General Santos=Хенераль-Сантос; Dezhou=Дечжоу; Osasco=Озаску
Culiacán=Кульякан; Matola=Матола; Guadalupe=Гваделупе; Sanmenxia=Саньменься; E’zhou=Ечжоу; Mudanjiang=Муданьцзян; Leshan=Лешань; Santo André=Санту-Андре; Rizhao=Жичжао
Pointe-Noire=Пуент-Нуар; Suining=Суйнін; Tlalnepantla=Тлальнепантла; Frankfurt am Main=Франкфурт-на-Майні; Krasnodar=Краснодар; Palermo=Палермо; City of Taguig=Тагіг
Hwaseong-si=Хвасон; Okayama=Окаяма; Genoa=Генуя; Mersin=Мерсін; Ryazan=Рязань; Penza=Пенза; Naberezhnye Chelny=Набережні Човни; The Hague=Гаага; Sanliurfa=Шанлиурфа; Murcia=Мурсія
Bryansk=Брянськ; Tulsa=Талса; Palma=Пальма; Bologna=Болонья; Stavropol=Ставрополь; Arkhangelsk=Архангельськ; Oryol=Орел; Volzhskiy=Волзький; Nottingham=Ноттінгем; Reading=Редінг
Timișoara=Тімішоара; Vologda=Вологда; Lexington-Fayette=Лексінгтон; Hull=Галл; Ostrava=Острава; Malmo=Мальме; Southend-on-Sea=Саутенд-он-Сі; Catania=Катанія; Gebze=Гебзе
Yoshkar-Ola=Йошкар-Ола; Kostroma=Кострома; Nantes=Нант; Brasov=Брашов; Nal’chik=Нальчик; Luton=Лутон; St. Petersburg=Сент-Пітерсберг; L’Hospitalet de Llobregat=Оспіталет-де-Льобрегат
Espoo=Еспоо; Niš=Ніш; Manisa=Маніса; Novorossiysk=Новоросійськ; Halle=Галле; Aarhus=Орхус; Vitoria-Gasteiz=Віторія-Гастейс; Ploieşti=Плоєшті; Sosnowiec=Сосновець; Grozny=Грозний
Babruysk=Бобруйськ; Messina=Мессіна; Verona=Верона; Terrassa=Терраса; Freiburg im Breisgau=Фрайбург; Zelenograd=Зеленоград; Braila=Браїла; Antakya=Антак’я; Sabadell=Сабадель
Padova=Падуя; Çorlu=Чорлу; Pskov=Псков; Hagen=Гаген; İzmit=Ізміт; Engel’s=Енгельс; Klaipėda=Клайпеда; Syzran’=Сизрань; Sutton=Саттон; Donostia / San Sebastian=Сан-Себастьян
Brescia=Брешія; Geneva=Женева; Cergy-Pontoise=Сержі-Понтуаз; Prato=Прато; Taranto=Таранто; Crawley=Кроулі; Castellon=Кастельйон; Nepean=Непін; Podolsk=Подольськ; Amadora=Амадора
Almere Stad=Алмере; Siverek=Сіверек; Croydon=Кройдон; Walsall=Волсолл; Olsztyn=Ольштин; Bacau=Бакеу; Mülheim=Мюльгайм; Reggio Calabria=Реджо-ді-Калабрія; Arad=Арад
Baranovichi=Барановичі; Pátrai=Патри; Piteşti=Пітешті; Warrington=Воррінгтон; Szeged=Сегед; Nazran=Назрань; Slough=Слау; Modena=Модена; Salamanca=Саламанка; Zemun=Земун; Kovrov=Ковров
Livorno=Ліворно; Rijeka=Рієка; Bălţi=Бєльці; Kosovska Mitrovica=Косовська Митровиця; Sydney=Сідней; Tartu=Тарту; Elbasan=Ельбасан; Maribor=Марибор; Limerick=Лімерик
Saint Helier=Сент-Гелієр; Birkirkara=Біркіркара; Andorra la Vella=Андорра-ла-Велья; Mosta=Моста; Escaldes-Engordany=Ескальдес-Енгордань; Jasper=Джаспер
Gold Coast=Голд-Кост; Barcelona=Барселона; Newcastle=Ньюкасл; Panama City=Панама; Nagasaki=Нагасакі; Kandahar=Кандагар; Port Said=Порт-Саїд; Tyumen=Тюмень; Orenburg=Оренбург
Karaganda=Караганда; Bridgetown=Бриджтаун; Malé=Мале; Honiara=Хоніара; Port Vila=Порт-Віла; Saint-Denis=Сен-Дені; Nuku’alofa=Нукуалофа; Khujand=Худжанд; Aktobe=Актобе
Sumqayit=Сумгаїт; Kochi=Кочі; Kanazawa=Канадзава; Kagoshima=Кагосіма; Ajman=Аджман; Las Palmas de Gran Canaria=Лас-Пальмас-де-Гран-Канарія; St John’s=Сент-Джонс; Kazan=Казань
Alchevs’k=Алчевськ; Stakhanov=Кадіївка; Bakhmut=Бахмут; Shakhtërsk=Шахтарськ; Sverdlovs’k=Довжанськ; Khartsyzsk=Харцизьк; Izyum=Ізюм; Chystyakove=Чистякове; Antratsit=Антрацит
Myrnohrad=Мирноград; Rovenki=Ровеньки; Toretsk=Торецьк; Yasinovataya=Ясинувата; Pereval’sk=Перевальськ; Dobropol’ye=Добропілля; Kirovskoye=Хрестівка; Kirovsk=Голубівка
Popasnaya=Попасна; Debal’tsevo=Дебальцеве; Krolevets=Кролевець; Dokuchayevsk=Докучаєвськ; Molodohvardiisk=Молодогвардійськ; Starobil’s’k=Старобільськ; Selidovo=Селидове
Kurakhovo=Курахове; Lyubotyn=Люботин; Borough of Queens=Квінз; Manhattan=Мангеттен; The Bronx=Бронкс
`

/** Otherwise than GeoNames or CLDR write them: as dictionaries do, or as the place has been called since. */
const OTHERWISE = `
Старе Делі=Делі; Хюстон=Г’юстон; Ровно=Рівне; Брюсель=Брюссель; Сан-Франціско=Сан-Франциско
Красний Луч=Хрустальний; Червоноград=Шептицький; Новомосковськ=Самар; Красноармійськ=Покровськ; Новоград-Волинський=Звягель; Володимир-Волинський=Володимир; Южноукраїнськ=Південноукраїнськ
Першотравенськ=Шахтарське; Красноград=Берестин; Южне=Південне; Первомайський=Златопіль; Хайдарабад=Гайдарабад; Читтаґонґ=Читтагонг
`

/** What people also call a place, by its English name: former names, names of the land, short names. */
const BESIDES = `
Dnipro=Дніпропетровськ, Днепропетровск, Dnipropetrovsk; Kropyvnytskyi=Кіровоград, Кировоград, Kirovohrad; Simferopol=Крим, Крым, Crimea, Qırım; Mumbai=Бомбей, Bombay
Kolkata=Калькутта, Calcutta; Istanbul=Константинополь, Constantinople; Saint Petersburg=Петербург, Пітер; New York=NYC, Нью Йорк, New York City; Washington=Вашингтон, Washington DC
Los Angeles=LA; Ho Chi Minh City=Сайгон, Saigon; Kyiv=Kiev, Киев; Kharkiv=Kharkov; Odesa=Odessa; Lviv=Lvov, Lemberg; Zaporizhzhia=Zaporozhye
`

const pairs = (table: string) =>
  table
    .split(/[;\n]/)
    .map((pair) => pair.split('=').map((part) => part.trim()))
    .filter((pair) => pair.length === 2)
    .map(([name = '', other = '']) => [name, other] as const)

const lacking = new Map(pairs(LACKING))
const otherwise = new Map(pairs(OTHERWISE))
const besides = new Map(pairs(BESIDES).map(([name, others]) => [name, others.split(', ')] as const))

/** The Ukrainian name of a place that GeoNames has no name for. */
export const lackingName = (english: string): string | undefined => lacking.get(english)

/** A Ukrainian name as it is written now. The letter ґ stands in hardly any name of a foreign place. */
export function currentSpelling(name: string): string {
  return (otherwise.get(name) ?? name).replaceAll('ґ', 'г').replaceAll('Ґ', 'Г')
}

export const besidesCalled = (english: string): readonly string[] => besides.get(english) ?? []

const AT_FRONT: Readonly<Record<string, string>> = { є: 'ye', ї: 'yi', й: 'y', ю: 'yu', я: 'ya' }

/** A Ukrainian name in Latin letters (Cabinet of Ministers, resolution 55 of 2010): `Запоріжжя` → `Zaporizhzhia`. */
export function romanize(name: string): string {
  return name
    .replaceAll('’', '')
    .split(/(?<=[ -])/)
    .map((word) => {
      const [first = '', ...rest] = word.toLowerCase()
      const latin = (AT_FRONT[first] ?? inLatin(first)) + inLatin(rest.join('').replaceAll('зг', 'зgh'))
      return latin.charAt(0).toUpperCase() + latin.slice(1)
    })
    .join('')
}
