// Sizes of a machine from items, events and workers, by figures that were measured (sizing.json).
document$.subscribe(async () => {
  const form = document.getElementById("sizing");
  if (!form) return;
  const figures = await (await fetch("../assets/sizing.json")).json();
  const megabytes = (value) =>
    value < 1000 ? `${Math.ceil(value / 10) * 10} MB` : `${(value / 1000).toFixed(1)} GB`;
  const draw = () => {
    const given = Object.fromEntries(new FormData(form));
    const [items, workers, events, days] = ["items", "workers", "events", "days"].map((name) =>
      Math.max(Number(given[name]) || 0, 0),
    );
    const millions = items / 1e6;
    const square = (4 * items ** 2) / 1e6; // EASE: items by items, float32, mapped once
    const vectors = figures.shared_mb * millions;
    const shared = given.model === "ease" ? square : vectors;
    const own = given.model === "ease" ? 0 : figures.own_mb * millions;
    const shown = {
      memory: figures.supervisor_mb + shared + workers * (figures.worker_mb + own),
      training: given.model === "ease" ? 2 * square : 0,
      disk: (figures.event_bytes * events * days) / 1e6 + 5 * shared,
    };
    for (const [name, value] of Object.entries(shown))
      form.elements[name].value = value ? megabytes(value) : "–";
    form.elements.lists.value =
      `${Math.round(workers * figures.uncached)} – ${Math.round(workers * figures.cached)}`;
  };
  form.addEventListener("input", draw);
  draw();
});
