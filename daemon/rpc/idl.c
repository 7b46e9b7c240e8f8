#include "idl.h"

#include <errno.h>

#include "scan.h"
#include "types.h"

enum { TYPE_DEPTH_MAX = 32 };

/* Recursive descent over the text. Any function that returns false or NULL has filled err. */
struct parser {
	struct scan scan;
	int depth;
	struct idl *idl;
};

/* --- types ------------------------------------------------------------------------------------------------------------------------- */

static struct type *parse_type(struct parser *p);

static struct type *type_free(struct type *type)
{
	if (!type)
		return NULL;
	for (size_t i = 0; i < type->field_count; i++) {
		free(type->fields[i].name);
		type_free(type->fields[i].type);
	}
	type_free(type->element);
	free(type->fields);
	free(type->name);
	free(type);
	return NULL;
}

static struct type *type_new(enum kind kind)
{
	struct type *type = xcalloc(1, sizeof(*type));
	type->kind = kind;
	return type;
}

static bool field_known(const struct type *type, const char *name)
{
	for (size_t i = 0; i < type->field_count; i++)
		if (!strcmp(type->fields[i].name, name))
			return true;
	return false;
}

/* One "name: type" of a struct or "name" of an enum; the first one decides which it is. */
static bool parse_field(struct parser *p, struct type *type)
{
	OWNED_TEXT *name = scan_name(&p->scan, scan_field_name_ok, "a field name (letters, digits, single '_' between them) or ')'");
	if (!name)
		return false;
	if (field_known(type, name)) {
		err_set(p->scan.err, -EBADMSG, "interface text, line %d: field '%s' stands here twice; remove one", p->scan.line, name);
		return false;
	}
	bool typed = scan_take(&p->scan, ":");
	if (!type->field_count)
		type->kind = typed ? KIND_STRUCT : KIND_ENUM;
	else if (typed != (type->kind == KIND_STRUCT))
		return scan_complain(&p->scan,
				     typed ? "',' or ')': the values of an enum have no types" : "':' and a type: this is a struct");
	struct type *of = typed ? parse_type(p) : NULL;
	if (typed && !of)
		return false;
	type->fields = xreallocarray(type->fields, type->field_count + 1, sizeof(*type->fields));
	type->fields[type->field_count++] = (struct field){STEAL(name), of};
	return true;
}

/* A struct or an enum in parentheses; "()" is a struct without fields. */
static struct type *parse_body(struct parser *p)
{
	if (!scan_need(&p->scan, "("))
		return NULL;
	struct type *type = type_new(KIND_STRUCT);
	if (scan_take(&p->scan, ")"))
		return type;
	do {
		if (!parse_field(p, type))
			return type_free(type);
	} while (scan_take(&p->scan, ","));
	return scan_need(&p->scan, ")") ? type : type_free(type);
}

static struct type *parse_struct(struct parser *p)
{
	int line = p->scan.line;
	struct type *type = parse_body(p);
	if (!type || type->kind == KIND_STRUCT)
		return type;
	err_set(p->scan.err, -EBADMSG, "interface text, line %d: the fields of a method or error need types; write 'name: type'", line);
	return type_free(type);
}

static struct type *parse_named(struct parser *p)
{
	OWNED_TEXT *name = scan_name(&p->scan, scan_member_name_ok,
				     "a type (bool, int, float, string, object, (...), [], [string], ? or a type's name)");
	if (!name)
		return NULL;
	struct type *type = type_new(KIND_NAMED);
	type->name = STEAL(name);
	type->line = p->scan.line;
	return type;
}

static struct type *parse_plain(struct parser *p)
{
	static const struct {
		const char *word;
		enum kind kind;
	} words[] = {
		{"bool", KIND_BOOL}, {"int", KIND_INT}, {"float", KIND_FLOAT}, {"string", KIND_STRING}, {"object", KIND_OBJECT},
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (scan_take_word(&p->scan, words[i].word))
			return type_new(words[i].kind);
	scan_skip(&p->scan);
	return *p->scan.at == '(' ? parse_body(p) : parse_named(p);
}

static struct type *parse_wrapped(struct parser *p, enum kind kind)
{
	struct type *element = parse_type(p);
	if (!element)
		return NULL;
	if (kind == KIND_MAYBE && element->kind == KIND_MAYBE) {
		err_set(p->scan.err, -EBADMSG, "interface text, line %d: a '?' after '?' says nothing more; remove one", p->scan.line);
		return type_free(element);
	}
	struct type *type = type_new(kind);
	type->element = element;
	return type;
}

/* Recursion ends at TYPE_DEPTH_MAX. */
static struct type *parse_type(struct parser *p)
{
	static const struct {
		const char *symbol;
		enum kind kind;
	} wraps[] = {{"?", KIND_MAYBE}, {"[]", KIND_ARRAY}, {"[string]", KIND_MAP}};
	struct type *type = NULL;
	size_t i = 0;

	scan_skip(&p->scan);
	if (p->depth == TYPE_DEPTH_MAX) {
		err_set(p->scan.err, -EBADMSG, "interface text, line %d: types are nested more than %d deep; give an inner one a name",
			p->scan.line, TYPE_DEPTH_MAX);
		return NULL;
	}
	p->depth++;
	while (i < ARRAY_LEN(wraps) && !scan_take(&p->scan, wraps[i].symbol))
		i++;
	type = i < ARRAY_LEN(wraps) ? parse_wrapped(p, wraps[i].kind) : parse_plain(p);
	p->depth--;
	return type;
}

/* --- members ----------------------------------------------------------------------------------------------------------------------- */

static void member_release(struct member *m)
{
	free(m->name);
	type_free(m->body);
	type_free(m->out);
}

/* Types, methods and errors share one name space (Varlink, Interface Definition). */
static bool member_new(struct parser *p, struct member *m)
{
	for (size_t i = 0; i < p->idl->count; i++) {
		if (strcmp(p->idl->members[i].name, m->name) != 0)
			continue;
		err_set(p->scan.err, -EBADMSG,
			"interface text, line %d: '%s' is defined twice; types, methods and errors need names of their own", p->scan.line,
			m->name);
		return false;
	}
	return true;
}

static bool parse_member(struct parser *p, enum member_kind kind)
{
	struct member m = {.kind = kind};

	m.name = scan_name(&p->scan, scan_member_name_ok, "a name (an upper case letter, then letters and digits)");
	if (!m.name || !member_new(p, &m))
		goto out;
	m.body = kind == MEMBER_TYPE ? parse_body(p) : parse_struct(p);
	if (!m.body)
		goto out;
	if (kind == MEMBER_METHOD) {
		m.out = scan_need(&p->scan, "->") ? parse_struct(p) : NULL;
		if (!m.out)
			goto out;
	}
	p->idl->members = xreallocarray(p->idl->members, p->idl->count + 1, sizeof(m));
	p->idl->members[p->idl->count++] = m;
	return true;
out:
	member_release(&m);
	return false;
}

static bool parse_members(struct parser *p)
{
	static const struct {
		const char *keyword;
		enum member_kind kind;
	} keywords[] = {{"type", MEMBER_TYPE}, {"method", MEMBER_METHOD}, {"error", MEMBER_ERROR}};

	for (scan_skip(&p->scan); *p->scan.at; scan_skip(&p->scan)) {
		size_t i = 0;
		while (i < ARRAY_LEN(keywords) && !scan_take_word(&p->scan, keywords[i].keyword))
			i++;
		if (i == ARRAY_LEN(keywords))
			return scan_complain(&p->scan, "type, method or error");
		if (!parse_member(p, keywords[i].kind))
			return false;
	}
	return true;
}

/* Points every use of a named type at its definition, which may come later in the text. Recursion ends where the text's nesting did. */
static bool resolve(struct parser *p, struct type *type)
{
	if (!type)
		return true;
	if (type->kind == KIND_NAMED) {
		const struct member *m = idl_member(p->idl, MEMBER_TYPE, type->name);
		if (!m) {
			err_set(p->scan.err, -EBADMSG, "interface text, line %d: there is no type '%s'; define it or correct its name",
				type->line, type->name);
			return false;
		}
		type->target = m->body;
	}
	for (size_t i = 0; i < type->field_count; i++)
		if (!resolve(p, type->fields[i].type))
			return false;
	return resolve(p, type->element);
}

static bool parse_interface(struct parser *p)
{
	if (!scan_take_word(&p->scan, "interface"))
		return scan_complain(&p->scan, "interface and its name first");
	p->idl->name = scan_name(&p->scan, scan_interface_name_ok, "an interface name like org.example.Thing");
	if (!p->idl->name || !parse_members(p))
		return false;
	for (size_t i = 0; i < p->idl->count; i++)
		if (!resolve(p, p->idl->members[i].body) || !resolve(p, p->idl->members[i].out))
			return false;
	return true;
}

/* --- contract ---------------------------------------------------------------------------------------------------------------------- */

struct idl *idl_parse(const char *text, struct err *err)
{
	struct idl *idl = xcalloc(1, sizeof(*idl));
	struct parser p = {.scan = {.at = text, .line = 1, .err = err}, .idl = idl};
	return parse_interface(&p) ? idl : idl_free(idl);
}

struct idl *idl_free(struct idl *idl)
{
	if (!idl)
		return NULL;
	for (size_t i = 0; i < idl->count; i++)
		member_release(&idl->members[i]);
	free(idl->members);
	free(idl->name);
	free(idl);
	return NULL;
}

const char *idl_name(const struct idl *idl)
{
	return idl->name;
}

const struct member *idl_member(const struct idl *idl, enum member_kind kind, const char *name)
{
	for (size_t i = 0; i < idl->count; i++)
		if (idl->members[i].kind == kind && !strcmp(idl->members[i].name, name))
			return &idl->members[i];
	return NULL;
}

static const char *nth_name(const struct idl *idl, enum member_kind kind, size_t index)
{
	for (size_t i = 0; i < idl->count; i++)
		if (idl->members[i].kind == kind && index-- == 0)
			return idl->members[i].name;
	return NULL;
}

const char *idl_method(const struct idl *idl, size_t index)
{
	return nth_name(idl, MEMBER_METHOD, index);
}

const char *idl_error(const struct idl *idl, size_t index)
{
	return nth_name(idl, MEMBER_ERROR, index);
}
