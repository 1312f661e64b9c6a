import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { profileColumn } from '../table/column-profile.ts';
import { readCsv } from '../table/read-csv.ts';
import type { Codebook } from './codebook.ts';
import { readCodebookFile, redcapText, tableSchemaText } from './codebook-formats.ts';
import { serialiseCodebook } from './codebook-id.ts';
import { finishDraft } from './finish-draft.ts';
import { areQuantiles } from './quantile-cut-points.ts';

const encoder = new TextEncoder();
const read = (text: string) => {
  const file = readCodebookFile(encoder.encode(text));
  if (!file.ok) throw new Error(JSON.stringify(file.failure));
  return file.value;
};
const failure = (text: string) => {
  const file = readCodebookFile(encoder.encode(text));
  return file.ok ? null : file.failure;
};

const cohort = cohortCodebook();
/** With bins, a missing code and labels that differ from values. */
const mixed: Codebook = {
  ...cohort,
  variables: [
    {
      kind: 'numeric',
      name: 'age',
      label: '=Age, in "years"',
      cutPoints: [-1.5, 40, 65],
      levels: ['(-inf, -1.5)', '[-1.5, 40)', '[40, 65)', '[65, inf)'].map((value) => ({
        value,
        label: value,
      })),
      reference: '[40, 65)',
      missingCodes: [],
      missing: { kind: 'exclude' },
    },
    {
      kind: 'categorical',
      name: 'ward',
      label: 'Ward',
      levels: [
        { value: '1', label: 'First, east' },
        { value: '2', label: 'Second' },
        { value: '3', label: 'Other' },
      ],
      reference: '2',
      missingCodes: [],
      missing: { kind: 'exclude' },
    },
  ],
};
const finished = (text: string) => {
  const made = finishDraft({ ...read(text).draft, title: mixed.title }, { declaredPublic: true });
  if (!made.ok) throw new Error(JSON.stringify(made.failure));
  return made.value;
};
/** Labels and references of bins have no place in the other formats. */
const withPlainBins = (codebook: Codebook): Codebook => ({
  ...codebook,
  variables: codebook.variables.map((variable) =>
    variable.kind === 'numeric'
      ? {
          ...variable,
          levels: variable.levels.map(({ value }) => ({ value, label: value })),
          reference: variable.levels[0]!.value,
        }
      : variable,
  ),
});

describe('a codebook file', () => {
  it('of our own says all of it', () => {
    const file = read(serialiseCodebook(cohort));
    expect(file.format).toBe('twinpool');
    expect(finishDraft(file.draft, { declaredPublic: true })).toEqual({ ok: true, value: cohort });
  });

  it.each([
    ['table schema', tableSchemaText],
    ['REDCap data dictionary', redcapText],
  ])('as a %s comes back with its levels, labels, cut points and outcome', (_, write) => {
    expect(withPlainBins(finished(write(mixed)))).toEqual(withPlainBins(mixed));
    const again = finished(write(cohort));
    expect(again.variables).toEqual(
      cohort.variables.map((variable) => ({
        ...variable,
        kind: variable.levels.length === 2 ? 'binary' : variable.kind,
      })),
    );
  });

  it('as a data dictionary has no cell that begins a formula, and comes back all the same', () => {
    const bad = ['=cmd(calc)', '+1+1', '@SUM(A1)', "'=1", '-2+3', '＝1+1'];
    const levels = bad.map((value) => ({ value, label: value }));
    const [first, ...others] = mixed.variables;
    const { missingCodes, missing } = first!;
    const variable = { kind: 'categorical', name: '=ward', label: "'=x", missingCodes, missing } as const;
    const hostile: Codebook = {
      ...mixed,
      variables: [{ ...variable, levels, reference: bad[0]! }, ...others],
      outcome: { kind: 'binary', name: '@ill', label: '+1', event: '=1', noEvent: '=0', missingCodes: [] },
    };
    const text = redcapText(hostile);
    const table = readCsv(text, { delimiter: 'comma' });
    if (!table.ok) throw new Error(table.failure.kind);
    const cells = table.value.columns.flatMap(({ dictionary }) => dictionary);
    expect(cells.filter((cell) => /^[=+\-@＝]/.test(cell))).toEqual([]);
    expect(withPlainBins(finished(text))).toEqual(withPlainBins(hostile));
  });

  it('of a count outcome comes back too', () => {
    const outcome = {
      kind: 'count',
      name: 'visits',
      label: 'Visits',
      maximum: 12,
      missingCodes: [],
    } as const;
    for (const write of [tableSchemaText, redcapText])
      expect(finished(write({ ...mixed, outcome })).outcome).toEqual(outcome);
  });

  it('is taken from a dictionary as REDCap makes it, and says what it left out', () => {
    const file = read(
      [
        '"Variable / Field Name","Form Name","Section Header","Field Type","Field Label","Choices, Calculations, OR Slider Labels","Field Note","Text Validation Type OR Show Slider Number","Text Validation Min","Text Validation Max","Identifier?"',
        'record_id,form,,text,"Record",,,,,,',
        'nome,form,,text,"Nome",,,,,,y',
        'sexo,form,,radio,"<b>Sexo</b>","1, Feminino | 2, Masculino | 9, Ignorado",,,,,',
        'idade,form,,text,"Idade em anos",,,integer,0,120,',
        'obito,form,,yesno,Óbito,,,,,,',
        'nasc,form,,text,Nascimento,,,date_dmy,,,',
      ].join('\r\n'),
    );
    expect(file.skipped).toEqual(['record_id', 'nome', 'nasc']);
    expect(
      file.draft.columns.map(({ name, label, kind, levels }) => [name, label, kind, levels.length]),
    ).toEqual([
      ['sexo', 'Sexo', 'categorical', 3],
      ['idade', 'Idade em anos', 'numeric', 0],
      ['obito', 'Óbito', 'binary', 2],
    ]);
  });

  it('is taken from the schema inside a data package', () => {
    const schema = JSON.parse(tableSchemaText(cohort));
    const file = read(
      JSON.stringify({
        resources: [
          { name: 'a', data: [] },
          { name: 'b', schema },
        ],
      }),
    );
    expect(file.draft.columns.length).toBe(cohort.variables.length + 1);
  });

  it('that is none says so', () => {
    expect(failure('a,b\n1,2\n')).toEqual({ kind: 'unknown-format' });
    expect(failure('')).toEqual({ kind: 'unknown-format' });
    expect(failure('{"a":1}')).toEqual({ kind: 'not-a-codebook' });
    expect(failure('{"fields":[]}')).toEqual({ kind: 'no-usable-fields' });
    expect(failure('{"fields":[{"name":"x","__proto__":{}}]}')).toMatchObject({ kind: 'forbidden-key' });
    expect(failure('{'.repeat(50))).toMatchObject({ kind: 'too-large' });
  });

  it('never makes a draft that throws', () => {
    fc.assert(
      fc.property(
        fc.record({
          fields: fc.array(
            fc.dictionary(
              fc.constantFrom(
                'name',
                'type',
                'title',
                'categories',
                'constraints',
                'missingValues',
                'trueValues',
                'twinpool',
              ),
              fc.jsonValue(),
            ),
          ),
        }),
        (schema) => {
          const file = readCodebookFile(encoder.encode(JSON.stringify(schema)));
          if (file.ok) finishDraft(file.value.draft, { declaredPublic: true });
        },
      ),
    );
  });
});

describe('cut points at quantiles', () => {
  const column = (numbers: readonly (number | string)[]) => {
    const table = readCsv(`x\n${numbers.join('\n')}\n`);
    if (!table.ok) throw new Error('no table');
    return profileColumn(table.value.columns[0]!).numbers;
  };
  const rows = Array.from({ length: 100 }, (_, i) => (i * i) / 7);

  it('are recognised, others are not', () => {
    const sorted = [...rows].sort((a, b) => a - b);
    expect(areQuantiles(column(rows), [sorted[25]!, sorted[50]!, sorted[75]!], [])).toBe(true);
    expect(areQuantiles(column(rows), [(sorted[49]! + sorted[50]!) / 2], [])).toBe(true);
    expect(areQuantiles(column(rows), [100, 200, 300], [])).toBe(false);
  });

  it('are of the numbers that are known', () => {
    const withCodes = column([...rows, ...Array.from({ length: 60 }, () => 99_999)]);
    const median = [...rows].sort((a, b) => a - b)[50]!;
    expect(areQuantiles(withCodes, [median], [])).toBe(false);
    expect(areQuantiles(withCodes, [median], ['99999'])).toBe(true);
    expect(areQuantiles(column([1, 2, 3]), [2], [])).toBe(false);
  });
});
