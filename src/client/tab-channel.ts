/** Tells the other pages and workers of a site that a snapshot of one source was kept, and hears it from them. */
export class TabChannel {
  private constructor(private readonly channel: InstanceType<typeof BroadcastChannel>) {}

  /** null: there is no way to tell. */
  static open(source: URL, heard: () => void): TabChannel | null {
    if (typeof BroadcastChannel === 'undefined') return null;
    const channel = new BroadcastChannel(`askdex-snapshots ${source.href}`);
    channel.onmessage = heard;
    return new TabChannel(channel);
  }

  notify(): void {
    this.channel.postMessage('kept');
  }

  close(): void {
    this.channel.close();
  }
}
