import { render } from "preact";
import { App } from "./app.tsx";
import { openLive } from "./api/live.ts";
import { Live } from "./api/use-news.ts";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/runs.css";
import "./styles/run.css";
import "./styles/graph.css";
import "./styles/dialog.css";

const page = document.getElementById("page");
if (page !== null) {
  render(
    <Live.Provider value={openLive()}>
      <App />
    </Live.Provider>,
    page,
  );
}
