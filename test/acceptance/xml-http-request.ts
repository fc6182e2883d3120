/** As much of XMLHttpRequest as dicomweb-client asks of a browser, over fetch; that client has no other way to speak HTTP. */
export class XmlHttpRequest {
  readyState = 0;
  status = 0;
  response: unknown = null;
  responseType = '';
  withCredentials = false;
  onreadystatechange: (() => void) | null = null;
  onloadstart: (() => void) | null = null;
  onloadend: (() => void) | null = null;
  onprogress: ((event: unknown) => void) | null = null;
  private method = 'GET';
  private url = '';
  private readonly sent = new Headers();
  private received = new Headers();

  open(method: string, url: string): void {
    this.method = method.toUpperCase();
    this.url = url;
  }

  /** Values under one name are joined, as in a browser. */
  setRequestHeader(name: string, value: string): void {
    this.sent.append(name, value);
  }

  getResponseHeader(name: string): string | null {
    return this.received.get(name);
  }

  getAllResponseHeaders(): string {
    return [...this.received].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  send(body?: ArrayBuffer): void {
    this.onloadstart?.();
    void this.run(body)
      .catch((cause: unknown) => {
        this.response = cause;
      })
      .then(() => {
        this.readyState = 4;
        this.onreadystatechange?.();
        this.onloadend?.();
      });
  }

  private async run(body: ArrayBuffer | undefined): Promise<void> {
    const { method, sent: headers } = this;
    const answer = await fetch(this.url, { method, headers, ...(body ? { body } : {}) });
    this.received = answer.headers;
    this.response = await readAs(answer, this.responseType);
    this.status = answer.status;
  }
}

async function readAs(answer: Response, type: string): Promise<unknown> {
  if (type === 'arraybuffer') return answer.arrayBuffer();
  const text = await answer.text();
  if (type !== 'json') return text;
  return text === '' ? null : JSON.parse(text);
}
