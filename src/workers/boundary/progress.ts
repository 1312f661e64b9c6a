/** Called from inside a worker with the work done and the work in all. */
export type ReportProgress = (done: number, total: number) => void;
