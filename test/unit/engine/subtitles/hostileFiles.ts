import fc from 'fast-check';

const time = fc.constantFrom(
  '00:01.000',
  '00:00:02.500',
  '1:00:03.000',
  '00:59.999',
  '60:00.000',
  '0:01.000',
  '00:61.000',
  '00:01,000',
  '11:00:00.000',
);
const arrow = fc.constantFrom('-->', ' --> ', '\t-->\t', ' -> ', ' --> --> ', ' -- > ');
const setting = fc.constantFrom(
  '',
  ' align:start',
  ' line:0',
  ' line:50%,end',
  ' position:10%',
  'size:20%',
  ' vertical:rl',
  ' x',
  ' region:r',
  ' align:middle',
);
const timing = fc.tuple(time, arrow, time, setting).map((parts) => parts.join(''));
const goodTiming = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), setting)
  .map(([start, end, rest]) => `00:0${start}.000 --> 00:0${end}.500${rest}`);
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r', '\n\n', '\n\n');
const line = fc.oneof(
  { weight: 4, arbitrary: goodTiming },
  timing,
  fc.constantFrom(
    'NOTE',
    'NOTE x',
    'STYLE',
    'STYLE ',
    'REGION',
    '::cue {}',
    'id:r',
    'id:s width:10%',
    'WEBVTT',
    '-->',
    ' ',
    '\t',
    '\0',
    '\ufeff',
  ),
  fc.constantFrom('some text', '<b>bold</b>', '1', '<v Mary>Hi', '&amp;', 'x --> y', '<00:00:01.000>', 'ü🎬'),
  fc.string({ maxLength: 8 }),
);

/** The pieces of a file that looks like WebVTT and is often broken. */
export const vttPieces: fc.Arbitrary<string[]> = fc
  .tuple(
    fc.constantFrom(
      'WEBVTT\n\n',
      'WEBVTT\n\n',
      '\ufeffWEBVTT x\r\n',
      'WEBVTT\t\r',
      'WEBVTT\nKind: x\n',
      'WEBVTT',
      'WEBVTTx\n',
      '',
    ),
    fc.array(fc.tuple(line, lineEnd), { maxLength: 14 }),
    fc.constantFrom('', '', 'end', '\0'),
  )
  .map(([head, lines, tail]) => [head, ...lines.flat(), tail]);

/** The pieces of a cue's text, well-formed or not; none is a voice or ruby. */
export const textPieces: fc.Arbitrary<string[]> = fc.array(
  fc.oneof(
    fc.constantFrom(
      '<b>',
      '</b>',
      '<i.loud>',
      '</i>',
      '<u x>',
      '<c.red>',
      '</c>',
      '<lang en>',
      '</lang>',
      '<00:00:01.000>',
      '<',
      '</',
      '<>',
      '< ',
      '<1',
      '>',
    ),
    fc.constantFrom(
      '&amp;',
      '&lt;',
      '&gt',
      '&nbsp;',
      '&lrm;',
      '&eacute;',
      '&eacut',
      '&hellip;',
      '&notit;',
      '&#65;',
      '&#x1F3AC',
      '&#0;',
      '&#150;',
      '&;',
      '&',
      '&#',
      '&#x',
      '&copy2',
    ),
    fc.constantFrom('word', ' ', 'ü', '🎬', '\n', 'x'),
    fc.string({ maxLength: 3 }),
  ),
  { maxLength: 10 },
);
