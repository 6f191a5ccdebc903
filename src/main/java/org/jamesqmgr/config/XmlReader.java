/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads a whole XML file, keeping line numbers, which James's own reader of configuration loses. A document type declaration is
 * refused, and with it every entity.
 */
final class XmlReader extends DefaultHandler {
    private final Deque<OpenElement> open = new ArrayDeque<>();
    private Locator locator;
    private XmlElement root;

    /** The root element; every trouble with the XML itself is in the exception, with its line. */
    static XmlElement read(String file, InputStream xml)
            throws IOException, QmgrConfigurationException {
        XmlReader reader = new XmlReader();
        try {
            newParser().parse(xml, reader);
            return reader.root;
        } catch (SAXParseException e) {
            throw malformed(file, e.getLineNumber(), e.getColumnNumber(), e.getMessage(), e);
        } catch (UnsupportedEncodingException e) {
            throw reader.malformedHere(file, "unknown encoding " + e.getMessage(), e);
        } catch (SAXException | CharConversionException e) {
            throw reader.malformedHere(file, e.getMessage(), e);
        }
    }

    /** The JDK's own parser, whatever other one is on the server's class path. */
    private static SAXParser newParser() throws SAXException {
        try {
            SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newSAXParser();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the JDK's XML parser cannot be made safe", e);
        }
    }

    private QmgrConfigurationException malformedHere(String file, String reason, Exception cause) {
        return malformed(file, locator.getLineNumber(), locator.getColumnNumber(), reason, cause);
    }

    private static QmgrConfigurationException malformed(
            String file, int line, int column, String reason, Exception cause) {
        Problem problem = Problem.malformed(line, column, reason);
        return new QmgrConfigurationException(file, problem, cause);
    }

    @Override
    public void setDocumentLocator(Locator locator) {
        this.locator = locator;
    }

    @Override
    public void startElement(String uri, String localName, String tag, Attributes attributes) {
        open.push(new OpenElement(tag, locator.getLineNumber(), copy(attributes)));
    }

    @Override
    public void characters(char[] characters, int start, int length) {
        open.element().text.append(characters, start, length);
    }

    @Override
    public void endElement(String uri, String localName, String tag) {
        XmlElement element = open.pop().close();
        if (open.isEmpty()) {
            root = element;
        } else {
            open.element().children.add(element);
        }
    }

    private static Map<String, String> copy(Attributes attributes) {
        Map<String, String> copy = new LinkedHashMap<>();
        for (int i = 0; i < attributes.getLength(); i++) {
            copy.put(attributes.getQName(i), attributes.getValue(i));
        }
        return copy;
    }

    private static final class OpenElement {
        private final String tag;
        private final int line;
        private final Map<String, String> attributes;
        private final StringBuilder text = new StringBuilder();
        private final List<XmlElement> children = new ArrayList<>();

        OpenElement(String tag, int line, Map<String, String> attributes) {
            this.tag = tag;
            this.line = line;
            this.attributes = attributes;
        }

        XmlElement close() {
            return new XmlElement(tag, line, attributes, text.toString().trim(), children);
        }
    }
}
