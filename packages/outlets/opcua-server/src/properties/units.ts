/**
 * Units of UNECE Recommendation 20 (OPC 10000-8, 5.6.3) that people of automation write, by the ways in which they write them. A line: the
 * code, then the symbols. Superscripts and `^`, and what stands between factors (`·`, `*`, `.`, a space), are read alike (`unitKey`).
 */
const table = `
P1 %|NX ‰|59 ppm|61 ppb|C62 1 pcs Stk Stück
CEL °C degC grdC|FAH °F degF|KEL K|H12 °C/h K/h|H13 °C/min|H14 °C/s|F11 K/min|F12 K/s
SEC s sec|MIN min|HUR h hr|DAY d|C26 ms|B98 µs us|C47 ns|WEE wk|MON mo|ANN y a
HTZ Hz|KHZ kHz|MHZ MHz|A86 GHz|C97 1/s s-1|C94 1/min min-1|H10 1/h h-1|RPM r/min rpm rev/min U/min|RPS r/s rps rev/s U/s|M44 rev r U
MTR m|DMT dm|CMT cm|MMT mm|4H µm um|C45 nm|KMT km|INH in|FOT ft|YRD yd|SMI mile mi
MTK m²|CMK cm²|MMK mm²|KMK km²|HAR ha|FTK ft²|INK in²
MTQ m³|DMQ dm³|CMQ cm³ ccm|MMQ mm³|LTR l L|MLT ml mL|DLT dl dL|CLT cl cL|HLT hl hL|4G µl ul|K6 kl kL|FTQ ft³ cuft|GLL gal gal(US)|NM3 Nm³ m³(N)|SM3 Sm³
KGM kg|GRM g|MGM mg|MC µg ug|TNE t|LBR lb lbs|ONZ oz|B32 kg·m²
MTS m/s|C16 mm/s|2M cm/s|H81 mm/min|2X m/min|M60 m/h|KMH km/h|KNT kn|FS ft/s|FR ft/min|MSK m/s²
C81 rad|DD ° deg|2A rad/s|E96 °/s deg/s|NEW N|B47 kN|B73 MN|C20 mN|NU N·m Nm|B48 kN·m kNm|B37 kgf|B51 kp|C78 lbf|4P N/m
PAL Pa|A97 hPa|KPA kPa|MPA MPa|A89 GPa|74 mPa|BAR bar|MBR mbar|ATM atm|UA Torr|PS psi|HN mmHg|HP mmH2O mmWS|N23 mH2O mWS|F78 inH2O inWC|F79 inHg|C56 N/mm²|C55 N/m²|E42 kgf/cm²|ATT at
JOU J|KJO kJ|3B MJ|GV GJ|WTT W|C31 mW|KWT kW|MAW MW|A90 GW|WHR W·h Wh|KWH kW·h kWh|MWH MW·h MWh|GWH GW·h GWh|HJ PS|BTU BTU Btu|J75 cal|K51 kcal
D46 V·A VA|KVA kV·A kVA|MVA MV·A MVA|D44 var|KVR kvar kVAr|MAR Mvar MVAr|K3 kvar·h kvarh kVArh|MAH Mvar·h Mvarh
AMP A|4K mA|B84 µA uA|B22 kA|VLT V|2Z mV|KVT kV|B78 MV|D82 µV uV|OHM Ω Ohm ohm|E45 mΩ mOhm|B49 kΩ kOhm|B75 MΩ MOhm|A87 GΩ
FAR F|4O µF uF|C41 nF|4T pF|81 H|C14 mH|B90 µH uH|COU C|AMH A·h Ah|E09 mA·h mAh|SIE S|C27 mS|B99 µS uS|D33 T|C29 mT|WEB Wb|D10 S/m|H43 S/cm|H61 mS/cm|G42 µS/cm uS/cm
MQS m³/s|G53 m³/min|MQH m³/h cbm/h|G52 m³/d|G51 l/s L/s|L2 l/min L/min lpm|E32 l/h L/h|LD l/d|40 ml/s mL/s|41 ml/min mL/min|G55 ml/h mL/h|2J cm³/s|2L ft³/min cfm|2K ft³/h|G2 gal/min gpm|Q40 Nm³/h m³(N)/h|Q38 Sm³/h
KGS kg/s|F31 kg/min|E93 kg/h|F30 kg/d|L78 t/min|E18 t/h|L71 t/d|F29 g/s|F28 g/min|F27 g/h
KMQ kg/m³|23 g/cm³|GL g/l g/L|M1 mg/l mg/L|H29 µg/l ug/l ug/L|A93 g/m³|GP mg/m³|GQ µg/m³ ug/m³|B35 kg/l kg/L|B34 kg/dm³|D41 t/m³|GM g/m²|28 kg/m²|KL kg/m|NA mg/kg|J33 µg/kg ug/kg
C34 mol|B45 kmol|C38 mol/l mol/L|M33 mmol/l mmol/L|C36 mol/m³|C65 Pa·s|C24 mPa·s mPas|C7 cP|C17 mm²/s|S4 m²/s|4C cSt|91 St
LUX lx|LUM lm|CDL cd|2N dB|M72 bel|Q30 pH|J2 J/kg|B42 kJ/kg|B11 J/(kg·K)|D54 W/m²|D55 W/(m²·K)|D53 W/(m·K)
A99 bit|AD B byte Byte|2P kB kbyte KB|4L MB Mbyte|E34 GB Gbyte|B10 bit/s bps|C74 kbit/s|E20 Mbit/s
`;

/** A text for each of the ways in which the same unit is written. */
export function unitKey(unit: string): string {
  return unit
    .normalize('NFKC') // ² and ⁻ become 2 and −, the micro sign the Greek letter
    .replaceAll(/[−–]/g, '-')
    .replaceAll('μ', 'µ')
    .trim()
    .replaceAll(/\s*\/\s*/g, '/')
    .replaceAll('^', '')
    .replaceAll(/[\s·⋅∙.*]+/g, '·');
}

/** What a pressure is measured against is no matter of its unit: `bar(g)`, `bara`, `psig`, `mbar abs`. */
const pressureReference =
  /^(mbar|bar|psi|k?Pa|hPa|MPa|mmHg|mmH2O|mH2O|inH2O)·?(?:\((?:g|a|e|abs|rel|ü)\)|(?:[ga]|abs|rel|ü|d))$/u;

let byKey: ReadonlyMap<string, string> | undefined;

/** The UNECE code of a unit as it is written; undefined for one that is not in the table. */
export function unitCode(unit: string): string | undefined {
  byKey ??= readTable();
  const key = unitKey(unit);
  return byKey.get(key) ?? byKey.get(pressureReference.exec(key)?.[1] ?? '');
}

/** The number of a code in EUInformation: its characters as the bytes of an integer (OPC 10000-8, 5.6.3.2). */
export function unitId(code: string): number {
  return [...code].reduce((id, character) => id * 256 + character.charCodeAt(0), 0);
}

function readTable(): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  for (const line of table.trim().split(/[\n|]/)) {
    const [code, ...symbols] = line.split(' ');
    for (const symbol of symbols) if (!codes.has(unitKey(symbol))) codes.set(unitKey(symbol), code);
  }
  return codes;
}
