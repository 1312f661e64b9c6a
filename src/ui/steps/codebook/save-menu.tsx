import { Button, Menu } from '@mantine/core';
import type { CodebookFormat } from '../../../core/codebook/codebook-formats.ts';

const FORMATS: Readonly<Record<CodebookFormat, string>> = {
  twinpool: 'Codebook (JSON), for peers',
  'table-schema': 'Frictionless table schema (JSON)',
  redcap: 'REDCap data dictionary (CSV)',
};

/** The codebook as a file, in the format that the receiver reads. */
export function SaveMenu({ onSave }: { onSave: (format: CodebookFormat) => void }) {
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default">Save codebook</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(FORMATS) as CodebookFormat[]).map((format) => (
          <Menu.Item key={format} onClick={() => onSave(format)}>
            {FORMATS[format]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
