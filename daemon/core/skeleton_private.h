/* What skeleton.c, skeleton_texts.c and skeleton_words.c share. For nobody else. */
#ifndef CORE_SKELETON_PRIVATE_H
#define CORE_SKELETON_PRIVATE_H

#include "skeleton.h"

/* Title, skill and all that is said of the session, by its type and week. */
void skeleton_texts(struct plan_session *session);
/* Says who plays in these texts, when one of the sessions has that role and the plan does not say it yet. */
void skeleton_personas(struct plan *plan);

#endif
