/** Spanish. One file per area: `<area>/es.ts`. */
import type { Catalogue } from "./catalogue.js";
import { es as common } from "./common/es.js";
import { es as frame } from "./frame/es.js";
import { es as welcome } from "./welcome/es.js";
import { es as settings } from "./settings/es.js";
import { es as contact } from "./contact/es.js";
import { entryFailure, failed } from "./entry/es.js";
import { alarm, failure, notice, noticeAction, transfer } from "./reasons/es.js";
import { es as conversations } from "./conversations/es.js";
import { es as messages } from "./messages/es.js";
import { es as composer } from "./composer/es.js";
import { es as media } from "./media/es.js";
import { es as search } from "./search/es.js";
import { es as shortcuts } from "./shortcuts/es.js";
import { es as notifications } from "./notifications/es.js";

export const es: Catalogue = {
  common, frame, welcome, settings, contact,
  alarm, entryFailure, failed, failure, notice, noticeAction, transfer,
  conversations, messages, composer, media, search, shortcuts, notifications,
};
