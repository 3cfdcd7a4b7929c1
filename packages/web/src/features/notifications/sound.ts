let context: AudioContext | null = null;

/** Plays two soft notes, a fifth apart. Browsers mute audio until the user has interacted with the page. */
export async function playNotificationSound(): Promise<void> {
  try {
    context ??= new AudioContext();
    await context.resume();
    note(context, 587.33, 0);
    note(context, 880, 0.09);
  } catch {
    // No audio device, or audio is not allowed yet.
  }
}

function note(audio: AudioContext, frequencyHz: number, delaySeconds: number): void {
  const start = audio.currentTime + delaySeconds;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.type = 'sine';
  tone.frequency.value = frequencyHz;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.06, start + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.45);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 0.5);
}
