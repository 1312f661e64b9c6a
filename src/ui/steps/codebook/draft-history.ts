import type { CodebookDraft } from '../../../core/codebook/codebook-draft.ts';

/** Keystrokes at one place within this time are one change. */
const ONE_CHANGE_MS = 1_500;
const MOST_CHANGES = 100;

/** What the draft was before each change, so that changes can be taken back one by one. */
export class DraftHistory {
  private readonly before: CodebookDraft[] = [];
  private place = '';
  private lastMs = Number.NEGATIVE_INFINITY;

  /** @param place what is being changed: a column by its name */
  record(draft: CodebookDraft, place: string, nowMs: number): void {
    const sameChange = place === this.place && nowMs - this.lastMs < ONE_CHANGE_MS && this.before.length > 0;
    this.place = place;
    this.lastMs = nowMs;
    if (sameChange) return;
    this.before.push(draft);
    if (this.before.length > MOST_CHANGES) this.before.shift();
  }

  get isEmpty(): boolean {
    return this.before.length === 0;
  }

  takeBack(): CodebookDraft | null {
    this.lastMs = Number.NEGATIVE_INFINITY;
    return this.before.pop() ?? null;
  }
}
