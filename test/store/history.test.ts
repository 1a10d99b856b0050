import { historyContract } from "../support/history-contract.ts";
import { sqlitePlace } from "../support/sqlite-place.ts";

historyContract("SQLite", sqlitePlace);
