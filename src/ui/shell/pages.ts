import {
  BookOpen,
  ChartNoAxesCombined,
  Database,
  FlaskConical,
  FolderKanban,
  Info,
  type LucideIcon,
  PackageOpen,
  Play,
  ScanEye,
  ScrollText,
  ShieldCheck,
  Signpost,
  Users,
} from 'lucide-react';
import type { Blocked } from '../../session/journey.ts';
import type { PageName } from '../../session/steps.ts';

export const PAGE_LABELS: Readonly<Record<PageName, string>> = {
  data: 'Data',
  codebook: 'Codebook',
  privacy: 'Privacy',
  train: 'Train',
  check: 'Check',
  share: 'Share',
  peers: 'Peers',
  analyse: 'Analyse',
  projects: 'Projects',
  tour: 'Tour',
  study: 'Study',
  ledger: 'Ledger',
  about: 'About this page',
};

export const PAGE_ICONS: Readonly<Record<PageName, LucideIcon>> = {
  data: Database,
  codebook: BookOpen,
  privacy: ShieldCheck,
  train: Play,
  check: ScanEye,
  share: PackageOpen,
  peers: Users,
  analyse: ChartNoAxesCombined,
  projects: FolderKanban,
  tour: Signpost,
  study: FlaskConical,
  ledger: ScrollText,
  about: Info,
};

/** Why a step is not open yet: in the rail, as a sentence on the page, and where to go. */
export function blockedWords(blocked: Blocked): { short: string; sentence: string; page: PageName } {
  switch (blocked) {
    case 'open-a-table':
      return { short: 'Open a table first', sentence: 'Open a table first.', page: 'data' };
    case 'open-the-table-again':
      return {
        short: 'Open the table again',
        sentence:
          'This step needs the rows, and this browser does not keep them. Open the same file again; everything else is still here.',
        page: 'data',
      };
    case 'choose-a-site':
      return { short: 'Choose your centre', sentence: 'Choose which centre you are first.', page: 'data' };
    case 'confirm-the-codebook':
      return {
        short: 'Confirm the codebook',
        sentence: 'Confirm the codebook first: it says what each column means.',
        page: 'codebook',
      };
    case 'wait-for-the-rows':
      return {
        short: 'Rows are being coded',
        sentence: 'Your rows are being read under the codebook; this takes a moment.',
        page: 'codebook',
      };
    case 'agree-to-a-plan':
      return {
        short: 'Make a plan first',
        sentence: 'Choose the privacy settings first, so that there is a plan to run.',
        page: 'privacy',
      };
    case 'train-first':
      return {
        short: 'Train first',
        sentence: 'Train the model first: bundles are made from what it learnt.',
        page: 'train',
      };
    default:
      return blocked satisfies never;
  }
}
