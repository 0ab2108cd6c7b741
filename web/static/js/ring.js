// A soft ring made of two sine tones; no file. Browsers allow sound only after the first click on a page.
let audio = null;
let timer = null;
const EVERY = 3000, TONES = [523.25, 659.25], LOUDNESS = 0.06;

addEventListener("pointerdown", () => { audio ??= new AudioContext(); audio.resume(); }, { once: true });
addEventListener("keydown", () => { audio ??= new AudioContext(); audio.resume(); }, { once: true });

export function chime() {
  if (audio?.state !== "running") return;
  TONES.forEach((pitch, index) => {
    const start = audio.currentTime + index * 0.22;
    const tone = audio.createOscillator(), volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.04);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.9);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 1);
  });
}

export function startRinging() {
  if (timer) return;
  document.documentElement.dataset.ringing = "";
  chime();
  timer = setInterval(chime, EVERY);
}

export function stopRinging() {
  clearInterval(timer);
  timer = null;
  delete document.documentElement.dataset.ringing;
}
