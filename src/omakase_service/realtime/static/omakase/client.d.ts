/** What somebody did; the rest as `POST /api/events` takes it. */
export interface OmakaseEvent {
  type: string;
  item_id: string;
  value?: number;
  request_id?: string;
  position?: number;
  event_id?: string;
  time?: number | string;
  [field: string]: unknown;
}

export interface OmakaseItem {
  item_id: string;
  title: string;
  score: number | null;
  rank: number;
  reason: string | null;
  [field: string]: unknown;
}

export interface OmakaseList {
  items: OmakaseItem[];
  request_id: string;
  algorithm: string;
  [field: string]: unknown;
}

export interface OmakaseOptions {
  url: string;
  token?: string | (() => string | Promise<string>);
  key?: string;
  storage?: Storage;
  every?: number;
  onReject?: (event: OmakaseEvent, errors: object[]) => void;
}

export class OmakaseError extends Error {
  status: number;
  code: string;
  errors: object[];
}

export class Omakase {
  constructor(options: OmakaseOptions);
  readonly waiting: number;
  track(event: OmakaseEvent): string;
  flush(): Promise<void>;
  recommend(request?: { n?: number; [field: string]: unknown }): Promise<OmakaseList>;
  similar(itemId: string, options?: { n?: number }): Promise<OmakaseList>;
  search(words: string, options?: { n?: number }): Promise<{ items: OmakaseItem[] }>;
  live(hear: (message: { type: string; [field: string]: unknown }) => void, subscription?: object): () => void;
  close(): void;
}
