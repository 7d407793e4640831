// Read before the page is: a link or a form that is there already works.

// Airflow shows these pages in a frame that may neither leave itself nor open a window: its own page does.
const follow = (href, target) => {
  const link = top.document.createElement("a");
  Object.assign(link, { href, target, rel: "noreferrer" });
  link.click();
};

addEventListener("click", (event) => {
  const link = event.target.closest("a[target]");
  if (link && top !== self) {
    event.preventDefault();
    follow(link.href, link.target === "_top" ? "_self" : link.target);
  }
});

// A form is sent as Airflow's own are: to its API, in the name of whoever is logged in.
const read = (form) => {
  const body = JSON.parse(form.dataset.body);
  const answers = body.conf ?? body;
  for (const field of form.elements) {
    if ("list" in field.dataset) {
      if (field.checked) (answers[field.name] ??= []).push(field.value);
    } else if (field.type === "checkbox") {
      answers[field.name] = field.checked;
    } else if (field.name && field.value.trim()) {
      answers[field.name] = field.value.trim();
    }
  }
  return body;
};

const explain = async (answer) => {
  const { detail } = await answer.json().catch(() => ({}));
  const said = [detail ?? answer.statusText].flat().map((one) => one.msg ?? one);
  return `${said.join(" ; ")} (${answer.status})`;
};

const ask = async (url, body) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url, body && { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await explain(answer));
  return answer.json();
};

const send = async (form, body) => {
  const { dag_run_id: run } = await ask(form.action, body);
  follow(form.dataset.then.replace("{run}", encodeURIComponent(run)), "_self");
};

// A backfill is asked for in days of the city: the page says which instants they are, Airflow which runs these make, and
// they are sent once they have been read.
const announcedBodies = new WeakMap();

const announce = async (form, body) => {
  const { none, one, many, days, timezone } = form.dataset;
  const { from_date: du, to_date: au } = body;
  Object.assign(body, await ask(`${days}?${new URLSearchParams({ du, au })}`));
  const { backfills } = await ask(`${form.action}/dry_run`, body);
  const { lang } = document.documentElement;
  const written = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short", timeZone: timezone });
  const starts = backfills.map(({ logical_date: start }) => new Date(start)).sort((a, b) => a - b);
  const [first, last] = [starts[0], starts.at(-1)].map((start) => start && written.format(start));
  const said = starts.length > 1 ? many : starts.length ? one : none;
  form.querySelector("[role=status]").textContent = said
    .replace("{count}", starts.length)
    .replace("{first}", first)
    .replace("{last}", last);
  if (starts.length) announcedBodies.set(form, body);
};

addEventListener("input", ({ target: { form } }) => {
  if (announcedBodies.delete(form)) form.querySelector("[role=status]").textContent = "";
});

addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.body) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const alert = form.querySelector("[role=alert]");
  const isToAnnounce = form.dataset.days && !announcedBodies.has(form);
  button.disabled = true;
  alert.textContent = "";
  (isToAnnounce ? announce(form, read(form)) : send(form, announcedBodies.get(form) ?? read(form)))
    .then(() => {
      button.disabled = !isToAnnounce;
    })
    .catch((error) => {
      alert.textContent = `${form.dataset.refused} ${error.message}`;
      button.disabled = false;
    });
});
