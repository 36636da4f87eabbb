// Two notes for a new order. Browsers play nothing before the first tap on the page, so the button asks for one.
const KEY = "kds-sound";
const button = document.getElementById("kds-sound");
let wanted = localStorage.getItem(KEY) !== "off";
let audio = null;

function show() {
  const running = audio?.state === "running";
  button.dataset.state = !wanted ? "off" : running ? "on" : "locked";
  button.setAttribute("aria-pressed", String(wanted && running));
}

async function unlock() {
  if (!wanted || audio?.state === "running") return;
  audio ??= new AudioContext();
  await audio.resume();
  show();
}

function note(frequency, start) {
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.5, start + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.45);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 0.5);
}

/** Ring, if it is wanted and the browser lets us. */
export function ring() {
  if (!wanted || audio?.state !== "running") return;
  note(880, audio.currentTime);
  note(1174.7, audio.currentTime + 0.16);
}

button.addEventListener("click", async () => {
  // The tap that unlocks must not switch off what it was meant to switch on.
  if (button.dataset.state !== "locked") wanted = !wanted;
  localStorage.setItem(KEY, wanted ? "on" : "off");
  await unlock();
  show();
  ring();
});
for (const gesture of ["pointerup", "keyup"]) {
  document.addEventListener(gesture, ({ target }) => {
    if (!button.contains(target)) unlock();
  });
}
show();
