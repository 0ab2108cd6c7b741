// On a narrow screen the panes are tabs, and the rarer fields wait behind a button.
const PANES = ["client", "contact", "interest"];

export class Narrow {
  constructor(page) {
    this.page = page;
    this.tabs = page.form.querySelector(".w-panetabs");
    this.makeTabs();
    this.foldFields(page.form.querySelector(".w-fields"));
    this.to(page.picked("contact") ? "contact" : "client");
  }

  makeTabs() {
    const seg = document.createElement("div");
    seg.className = "seg";
    for (const kind of PANES) {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.dataset.to = kind;
      tab.addEventListener("click", () => this.to(kind));
      seg.append(tab);
    }
    this.tabs.replaceChildren(seg);
    this.name();
  }

  // The tabs say how many hits stand behind each.
  name() {
    for (const tab of this.tabs.querySelectorAll("[data-to]")) {
      const pane = this.page.search.querySelector(`.w-pane[data-pane="${tab.dataset.to}"]`);
      tab.textContent = `${pane.querySelector("h2").textContent} ${this.page.hits(tab.dataset.to).length || ""}`;
    }
  }

  to(kind) {
    this.page.search.dataset.tab = kind;
    for (const tab of this.tabs.querySelectorAll("[data-to]")) tab.setAttribute("aria-pressed", String(tab.dataset.to === kind));
  }

  foldFields(fields) {
    const more = fields.querySelector("[data-more-fields]");
    fields.dataset.brief = "";
    more.hidden = false;
    more.addEventListener("click", () => { delete fields.dataset.brief; more.remove(); });
  }
}
