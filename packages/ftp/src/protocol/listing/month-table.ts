/**
 * Month names as `ls` abbreviates them, a row a month, in the languages of servers that have been seen or are likely. In lower case,
 * without accents and full stops. Where two languages disagree on a word (`lip`: July in Polish, June in Croatian) the one
 * with more servers has it.
 */
const MONTHS: readonly string[] = [
  'jan january januar janvier janv ene enero gen gennaio janeiro januari jaan ian sty styczen led leden tammi tammikuu oca ocak янв января яну січ студз ιαν',
  'feb february februar fevr fevrier fev febrero febbraio febr fevereiro februari veebr lut luty uno unor helmi helmikuu sub subat фев февр лют люты φεβ',
  'mar march marz mrz mars marzo marco mrt maart mart marts marc maa maalis bre brezen мар март марта бер сак μαρ',
  'apr april avr avril abr abril aprile kwi kwiecien dub duben huhti huhtikuu nis nisan апр апреля кві крас απρ',
  'may mai mayo mag maggio maio mei maj maig kve kveten touko toukokuu mayis мая маи тра трав μαι μαιος',
  'jun june juni juin junio giu giugno junho juuni juny iun cze czerwiec cen cer cerven kesa kesakuu haz haziran июн июня юни чер чэрв ιουν',
  'jul july juli juil juillet julio lug luglio julho juuli iul lip lipiec cec cvc cervenec heina heinakuu tem temmuz июл июля юли лип ліп ιουλ',
  'aug august aou aout ago agosto augustus augusti ag sie sierpien srp srpen elo elokuu agu agustos авг августа сер жн жнив αυγ',
  'sep sept september septembre septiembre set settembre setembro szept wrz wrzesien zar zari syys syyskuu eyl eylul сен сент сентября вер верас сеп σεπ σεπτ',
  'oct october okt oktober octobre octubre ott ottobre out outubro paz pazdziernik rij rijen loka lokakuu eki ekim окт октября жов кастр οκτ',
  'nov november novembre noviembre novembro noi lis listopad marras marraskuu kas kasim ноя нояб ноября лис лис ліст ное νοε νοεμ',
  'dec december dez dezember decembre dic diciembre dicembre dezembro des dets gru grudzien pro prosinec joulu joulukuu ara aralik дек декабря гру снеж δεκ',
];

/** The number of a month by its name, folded: 1 to 12. */
export const monthsByName: ReadonlyMap<string, number> = new Map(
  MONTHS.flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const)),
);

/** As the C locale writes them, which nearly every server does. */
export const englishMonths: ReadonlyMap<string, number> = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map(
    (name, index) => [name, index + 1] as const,
  ),
);

export const weekdays: ReadonlySet<string> = new Set(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);

/** How `ls` begins the line with the number of blocks, in lower case. */
export const totalWords: ReadonlySet<string> = new Set([
  'total',
  'insgesamt',
  'gesamt',
  'totale',
  'totaal',
  'totalt',
  'razem',
  'celkem',
  'összesen',
  'yhteensä',
  'toplam',
  'σύνολο',
  'итого',
  'всего',
  'общо',
  'усього',
  '总用量',
  '總計',
  '総計',
  '合計',
  '합계',
]);
