/* Checks of what has to come first (RULES 5.5 E-CYCLE): the sessions are nodes, "needs first" are the edges. */
#include <uthash.h>

#include "lint_private.h"

#undef uthash_fatal
#define uthash_fatal(message) abort()

struct node {
	const char *uid; /* borrowed */
	int needs;       /* edges to sessions that have not been taken yet */
	bool taken;
	UT_hash_handle hh;
};

struct edge {
	size_t first, then; /* indexes of sessions */
};

struct graph {
	struct node *nodes, *by_uid; /* one a session, then one a gap of the plan */
	struct edge *edges;
	size_t edge_count, edge_room;
};

static void graph_nodes(struct graph *graph, const struct plan *plan)
{
	size_t count = plan->session_count + plan->gap_count;
	graph->nodes = xcalloc(count, sizeof(*graph->nodes));
	for (size_t i = 0; i < count; i++) {
		struct node *node = &graph->nodes[i], *twin = NULL;
		node->uid = i < plan->session_count ? plan->sessions[i].uid : plan->gaps[i - plan->session_count].uid;
		/* A session goes before one that was left out for having the same UID. */
		if (node->uid && i >= plan->session_count)
			HASH_FIND_STR(graph->by_uid, node->uid, twin);
		if (node->uid && !twin)
			HASH_ADD_KEYPTR(hh, graph->by_uid, node->uid, strlen(node->uid), node);
	}
}

static void edge_add(struct graph *graph, size_t first, size_t then)
{
	if (graph->edge_count == graph->edge_room) {
		graph->edge_room = graph->edge_room ? graph->edge_room * 2 : 64;
		graph->edges = xreallocarray(graph->edges, graph->edge_room, sizeof(*graph->edges));
	}
	graph->edges[graph->edge_count++] = (struct edge){first, then};
	graph->nodes[then].needs++;
}

static void graph_edges(struct graph *graph, const struct lint *lint)
{
	const struct plan *plan = lint->plan;
	for (size_t i = 0; i < plan->session_count; i++) {
		const char *at = plan->sessions[i].depends ? plan->sessions[i].depends : "";
		for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
			size_t length = strcspn(at, " ");
			struct node *found;
			HASH_FIND(hh, graph->by_uid, at, length, found);
			size_t first = found ? (size_t)(found - graph->nodes) : 0;
			/* What waits for a session that was left out waits for nothing here, and has no fault of its own. */
			if (found && first < plan->session_count)
				edge_add(graph, first, i);
			else if (!found)
				findings_add(lint->findings, LINT_DEPENDS, plan->sessions[i].line,
					     "'%s' needs a session first that is not in the plan: '%.*s', mend RELATED-TO",
					     plan->sessions[i].id, (int)(length > PLAN_NAME_MAX ? PLAN_NAME_MAX : length), at);
			at += length;
		}
	}
}

static void graph_release(struct graph *graph)
{
	HASH_CLEAR(hh, graph->by_uid);
	free(graph->nodes);
	free(graph->edges);
}

static int edge_compare(const void *left, const void *right)
{
	const struct edge *a = left, *b = right;
	return (a->first > b->first) - (a->first < b->first);
}

/* Takes what needs nothing any more, again and again; what stays is in a circle or waits for one. Edges are sorted by first; each
 * session is taken once and each edge looked at once. */
static void graph_take(struct graph *graph, size_t count)
{
	size_t *ready = xcalloc(count, sizeof(*ready)), *begin = xcalloc(count + 1, sizeof(*begin)), ready_count = 0;
	for (size_t e = 0; e < graph->edge_count; e++)
		begin[graph->edges[e].first + 1] = e + 1;
	for (size_t i = 1; i <= count; i++)
		begin[i] = begin[i] > begin[i - 1] ? begin[i] : begin[i - 1];
	for (size_t i = 0; i < count; i++)
		if (!graph->nodes[i].needs)
			ready[ready_count++] = i;
	for (size_t next = 0; next < ready_count; next++) {
		size_t taken = ready[next];
		graph->nodes[taken].taken = true;
		for (size_t e = begin[taken]; e < begin[taken + 1]; e++)
			if (--graph->nodes[graph->edges[e].then].needs == 0)
				ready[ready_count++] = graph->edges[e].then;
	}
	free(ready);
	free(begin);
}

static bool is_before(const struct plan_session *a, const struct plan_session *b)
{
	return a->day != b->day ? a->day < b->day : a->second < b->second;
}

/* Every circle has an edge that goes back in time, so each is told of here. */
static void edge_check(const struct lint *lint, const struct graph *graph, const struct edge *edge)
{
	const struct plan_session *first = &lint->plan->sessions[edge->first], *then = &lint->plan->sessions[edge->then];
	if (is_before(first, then))
		return;
	if (edge->first == edge->then)
		findings_add(lint->findings, LINT_CYCLE, then->line, "'%s' needs itself first: take the RELATED-TO line out", then->id);
	else if (!graph->nodes[edge->first].taken && !graph->nodes[edge->then].taken)
		findings_add(lint->findings, LINT_CYCLE, then->line,
			     "sessions wait for each other in a circle: '%s' needs '%s' first; take one RELATED-TO line out", then->id,
			     first->id);
	else
		findings_add(lint->findings, LINT_CYCLE, then->line,
			     "'%s' needs '%s' first, which comes later or at the same time: swap them, or take the RELATED-TO line out",
			     then->id, first->id);
}

void lint_depends(const struct lint *lint)
{
	struct graph graph = {0};
	graph_nodes(&graph, lint->plan);
	graph_edges(&graph, lint);
	if (graph.edge_count) {
		qsort(graph.edges, graph.edge_count, sizeof(*graph.edges), edge_compare);
		graph_take(&graph, lint->plan->session_count);
	}
	for (size_t e = 0; e < graph.edge_count; e++)
		edge_check(lint, &graph, &graph.edges[e]);
	graph_release(&graph);
}
