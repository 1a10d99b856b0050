import { historyContract } from "../support/history-contract.ts";
import { sqlitePlace } from "./sqlite-place.ts";

historyContract("SQLite", sqlitePlace);
