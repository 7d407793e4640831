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
      const day = field.type === "date" && !body.conf;
      answers[field.name] = day ? new Date(`${field.value}T00:00`).toISOString() : field.value.trim();
    }
  }
  return JSON.stringify(body);
};

const explain = async (answer) => {
  const { detail } = await answer.json().catch(() => ({}));
  const said = [detail ?? answer.statusText].flat().map((one) => one.msg ?? one);
  return `${said.join(" ; ")} (${answer.status})`;
};

const send = async (form) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(form.action, { method: "POST", headers, body: read(form) });
  if (!answer.ok) throw new Error(await explain(answer));
  const { dag_run_id: run } = await answer.json();
  follow(form.dataset.then.replace("{run}", encodeURIComponent(run)), "_self");
};

addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.body) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  send(form).catch((error) => {
    form.querySelector("[role=alert]").textContent = `${form.dataset.refused} ${error.message}`;
    button.disabled = false;
  });
});
